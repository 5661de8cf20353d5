import type { FlinkEnvironmentVariables } from "../../components";
import { wrongUsage } from "../exitCodes";

/** Formats of the variables: for a shell, an .env file, a program, or Confluent's Table API. */
export const formats = ["export", "dotenv", "json", "properties"] as const;
export type EnvironmentFormat = (typeof formats)[number];

/** A value, with the names of all variables from which Confluent's clients read it. */
interface Variable {
    readonly names: readonly string[];
    /** Its name in the properties of the Table API. */
    readonly property: string;
    readonly value: string;
    readonly isSecret?: boolean;
}

/**
 * The output of `env`: the variables that the Terraform provider (FLINK_…, CONFLUENT_ORGANIZATION_ID, CONFLUENT_ENVIRONMENT_ID), the
 * Table API (ORG_ID, ENV_ID, ENDPOINT_TEMPLATE, CLOUD_…, or `client.…` properties), dbt and confluent-sql
 * (CONFLUENT_FLINK_…, CONFLUENT_ENV_ID, …) and Confluent's MCP server (FLINK_ENV_ID, FLINK_ORG_ID) read. Without
 * `showSecrets`, a secret is left out and a comment names it; in JSON it is null.
 */
export function environmentText(
    environment: FlinkEnvironmentVariables,
    settings: {
        format: EnvironmentFormat;
        showSecrets: boolean;
        computePoolId: string | undefined;
        /** Put before each name, except in properties: `ORDERS_`. */
        prefix?: string | undefined;
    },
): string {
    const variables = withPrefix(variablesOf(environment, settings.computePoolId), settings.prefix ?? "");
    const shown = ({ isSecret }: Variable): boolean => settings.showSecrets || !isSecret;
    const hidden = (name: string): string => `# ${name}: a secret, shown with --show-secrets`;
    const lines = (write: (name: string, value: string) => string): string =>
        variables
            .flatMap((variable) =>
                variable.names.map((name) => (shown(variable) ? write(name, variable.value) : hidden(name))),
            )
            .join("\n");
    switch (settings.format) {
        case "export":
            return lines((name, value) => `export ${name}=${shellQuoted(value)}`);
        case "dotenv":
            return lines((name, value) => `${name}=${dotenvQuoted(name, value)}`);
        case "json": {
            const entries = variables.flatMap((variable) =>
                variable.names.map((name) => [name, shown(variable) ? variable.value : null] as const),
            );
            return JSON.stringify(Object.fromEntries(entries), undefined, 2);
        }
        case "properties":
            return variables
                .map((variable) =>
                    shown(variable)
                        ? `${variable.property}=${propertyEscaped(variable.value)}`
                        : hidden(variable.property),
                )
                .join("\n");
    }
}

/** The environment variables for `env … -- command`, by name. */
export function environmentVariables(
    environment: FlinkEnvironmentVariables,
    settings: { computePoolId: string | undefined; prefix?: string | undefined },
): Record<string, string> {
    const variables = withPrefix(variablesOf(environment, settings.computePoolId), settings.prefix ?? "");
    return Object.fromEntries(
        variables.flatMap(({ names, value }) => names.map((name) => [name, value] as const)),
    );
}

function withPrefix(variables: readonly Variable[], prefix: string): Variable[] {
    return variables.map((variable) => ({
        ...variable,
        names: variable.names.map((name) => `${prefix}${name}`),
    }));
}

function variablesOf(from: FlinkEnvironmentVariables, computePoolId: string | undefined): Variable[] {
    const variable = (value: string, property: string, ...names: string[]): Variable => ({
        value,
        property: `client.${property}`,
        names,
    });
    const pool = ["FLINK_COMPUTE_POOL_ID", "CONFLUENT_COMPUTE_POOL_ID", "COMPUTE_POOL_ID"];
    return [
        variable(from.FLINK_API_KEY, "flink-api-key", "FLINK_API_KEY", "CONFLUENT_FLINK_API_KEY"),
        {
            ...variable(
                from.FLINK_API_SECRET,
                "flink-api-secret",
                "FLINK_API_SECRET",
                "CONFLUENT_FLINK_API_SECRET",
            ),
            isSecret: true,
        },
        // Not REST_ENDPOINT and client.rest-endpoint: they take a base domain, from which the Table API builds
        // https://flink.{region}.{cloud}.{domain}, and they cannot be combined with a template.
        variable(from.FLINK_REST_ENDPOINT, "endpoint-template", "FLINK_REST_ENDPOINT", "ENDPOINT_TEMPLATE"),
        variable(from.FLINK_PRINCIPAL_ID, "principal-id", "FLINK_PRINCIPAL_ID", "PRINCIPAL_ID"),
        variable(
            from.CONFLUENT_ORGANIZATION_ID,
            "organization-id",
            ...["CONFLUENT_ORGANIZATION_ID", "CONFLUENT_ORG_ID", "ORG_ID", "FLINK_ORG_ID"],
        ),
        variable(
            from.CONFLUENT_ENVIRONMENT_ID,
            "environment-id",
            ...["CONFLUENT_ENVIRONMENT_ID", "CONFLUENT_ENV_ID", "ENV_ID", "FLINK_ENV_ID"],
        ),
        variable(from.CLOUD_PROVIDER, "cloud", "CLOUD_PROVIDER", "CONFLUENT_CLOUD_PROVIDER"),
        variable(from.CLOUD_REGION, "region", "CLOUD_REGION", "CONFLUENT_CLOUD_REGION"),
        ...(computePoolId === undefined ? [] : [variable(computePoolId, "compute-pool-id", ...pool)]),
    ];
}

function shellQuoted(value: string): string {
    return `'${value.replaceAll("'", "'\\''")}'`;
}

/**
 * Quoted so that `node --env-file`, python-dotenv and a shell that sources the file read the same value. They differ in what they
 * replace: python-dotenv `${…}` and pairs of backslashes also in single quotes, a shell `$`, backticks and backslashes in double quotes,
 * and Node.js has no escape for a quote. A value that not all of them would read is refused.
 */
function dotenvQuoted(name: string, value: string): string {
    const isPlain = !/\p{Cc}/u.test(value);
    if (isPlain && !/'|\$\{|\\\\|\\$/.test(value)) return `'${value}'`;
    if (isPlain && !/["$`\\]/.test(value)) return `"${value}"`;
    throw wrongUsage(
        `--format: got dotenv, and the value of ${name} has quotes or backslashes that programs read in different ways from such a file; expected another format, or the command itself: env … -- COMMAND`,
    );
}

function propertyEscaped(value: string): string {
    return value.replaceAll("\\", "\\\\").replace(/^ /, "\\ ");
}
