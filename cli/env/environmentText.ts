import type { FlinkEnvironmentVariables } from "../../components";
import { wrongUsage } from "../exitCodes";

/** Formats of the variables: for a shell, an .env file, a program, or Confluent's Table API. */
export const formats = ["export", "dotenv", "json", "properties"] as const;
export type EnvironmentFormat = (typeof formats)[number];

/** A value, with the names of all variables from which Confluent's clients read it. */
export interface Variable {
    readonly names: readonly string[];
    /** Its name in the properties of the Table API, without `client.`. */
    readonly property: string;
    readonly value: string;
    readonly isSecret: boolean;
}

/** The values in the stack's output, and the compute pool. */
interface Values extends FlinkEnvironmentVariables {
    readonly FLINK_COMPUTE_POOL_ID: string | undefined;
}

/** The properties of the Table API, and the names of the variables. The first is the name of the value. */
const variables: readonly [property: string, field: keyof Values, ...others: readonly string[]][] = [
    ["flink-api-key", "FLINK_API_KEY", "CONFLUENT_FLINK_API_KEY"],
    ["flink-api-secret", "FLINK_API_SECRET", "CONFLUENT_FLINK_API_SECRET"],
    // Not REST_ENDPOINT and client.rest-endpoint: they take a base domain, from which the Table API builds
    // https://flink.{region}.{cloud}.{domain}, and they cannot be combined with a template.
    ["endpoint-template", "FLINK_REST_ENDPOINT", "ENDPOINT_TEMPLATE"],
    ["principal-id", "FLINK_PRINCIPAL_ID", "PRINCIPAL_ID"],
    ["organization-id", "CONFLUENT_ORGANIZATION_ID", "CONFLUENT_ORG_ID", "ORG_ID", "FLINK_ORG_ID"],
    ["environment-id", "CONFLUENT_ENVIRONMENT_ID", "CONFLUENT_ENV_ID", "ENV_ID", "FLINK_ENV_ID"],
    ["cloud", "CLOUD_PROVIDER", "CONFLUENT_CLOUD_PROVIDER"],
    ["region", "CLOUD_REGION", "CONFLUENT_CLOUD_REGION"],
    ["compute-pool-id", "FLINK_COMPUTE_POOL_ID", "CONFLUENT_COMPUTE_POOL_ID", "COMPUTE_POOL_ID"],
];

/**
 * The variables that the Terraform provider (FLINK_…, CONFLUENT_ORGANIZATION_ID, CONFLUENT_ENVIRONMENT_ID), the Table API
 * (ORG_ID, ENV_ID, ENDPOINT_TEMPLATE, CLOUD_…, or `client.…` properties), dbt and confluent-sql (CONFLUENT_FLINK_…,
 * CONFLUENT_ENV_ID, …) and Confluent's MCP server (FLINK_ENV_ID, FLINK_ORG_ID) read. `prefix` is put before each name.
 */
export function variablesOf(
    environment: FlinkEnvironmentVariables,
    computePoolId: string | undefined,
    prefix = "",
): Variable[] {
    const values: Values = { ...environment, FLINK_COMPUTE_POOL_ID: computePoolId };
    return variables.flatMap(([property, field, ...others]) => {
        const names = [field, ...others].map((name) => `${prefix}${name}`);
        const value = values[field];
        return value === undefined ? [] : { property, names, value, isSecret: field === "FLINK_API_SECRET" };
    });
}

/**
 * The output of `env`. Without `showSecrets`, a secret is left out and a comment names it; in JSON it is null. Properties have
 * no prefix.
 */
export function environmentText(
    all: readonly Variable[],
    format: EnvironmentFormat,
    showSecrets: boolean,
): string {
    const named = all.flatMap(({ names, property, ...rest }) =>
        (format === "properties" ? [`client.${property}`] : names).map((name) => ({ name, ...rest })),
    );
    const isShown = ({ isSecret }: { isSecret: boolean }): boolean => showSecrets || !isSecret;
    if (format === "json") {
        const entries = named.map((one) => [one.name, isShown(one) ? one.value : null]);
        return JSON.stringify(Object.fromEntries(entries), undefined, 2);
    }
    return named
        .map((one) =>
            isShown(one)
                ? assignments[format](one.name, one.value)
                : `# ${one.name}: a secret, shown with --show-secrets`,
        )
        .join("\n");
}

const assignments: Readonly<
    Record<Exclude<EnvironmentFormat, "json">, (name: string, value: string) => string>
> = {
    export: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    dotenv: (name, value) => `${name}=${dotenvQuoted(name, value)}`,
    properties: (name, value) => `${name}=${value.replaceAll("\\", "\\\\").replace(/^ /, "\\ ")}`,
};

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
