import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, type FlinkEnvironmentVariables } from "pulumi-confluent-flink";

type Variable = keyof FlinkEnvironmentVariables;

const config = new pulumi.Config();
const repository = config.require("repository");
/** The GitHub environment to write the secrets to, such as `production`. Default: none, they belong to the repository. */
const environment = config.get("environment");
/**
 * Names of the secrets, by variable: `FLINK_API_KEY: ORDERS_{REGION}_KEY`, in which `{REGION}` becomes `AWS_US_EAST_2`.
 * Default: `{REGION}_<variable>`, such as `AWS_US_EAST_2_FLINK_API_KEY`.
 */
const names = config.getObject<Partial<Record<Variable, string>>>("names") ?? {};

const variables: readonly Variable[] = [
    "FLINK_API_KEY",
    "FLINK_API_SECRET",
    "FLINK_REST_ENDPOINT",
    "FLINK_PRINCIPAL_ID",
    "CONFLUENT_ORGANIZATION_ID",
    "CONFLUENT_ENVIRONMENT_ID",
    "CLOUD_PROVIDER",
    "CLOUD_REGION",
];
const regions = ["aws.us-east-2", "gcp.us-east1"];
checkNames();

const access = new FlinkAccess("orders", {
    environmentId: config.require("environmentId"),
    regions,
    roles: ["FlinkDeveloper"],
    rotation: { every: "90d" },
    // An unproven key fails the deployment, and the workflows keep their present key.
    readiness: { unreachable: "fail" },
});

/** The names of the secrets. They stay the same when a key rotates. */
export const secretNames = Object.entries(access.environmentVariables).flatMap(([region, values]) => {
    const writeSecret = (variable: Variable, after?: pulumi.Resource): pulumi.Resource => {
        const args = {
            repository,
            secretName: nameOf(variable, region),
            value: values.apply((all) => all[variable]),
        };
        const name = `flink-${region}-${variable}`;
        const opts = after && { dependsOn: after };
        return environment === undefined
            ? new github.ActionsSecret(name, args, opts)
            : new github.ActionsEnvironmentSecret(name, { ...args, environment }, opts);
    };
    const apiKey = writeSecret("FLINK_API_KEY");
    for (const variable of variables) {
        // One after the other: a workflow that starts in between reads an id and a secret of different keys, and fails once.
        if (variable !== "FLINK_API_KEY")
            writeSecret(variable, variable === "FLINK_API_SECRET" ? apiKey : undefined);
    }
    return variables.map((variable) => nameOf(variable, region));
});

function nameOf(variable: Variable, region: string): string {
    const name = names[variable] ?? `{REGION}_${variable}`;
    return name.replaceAll("{REGION}", region.toUpperCase().replace(/[^A-Z0-9]/g, "_"));
}

/** GitHub would reject a name only during the deployment, and a second secret with the same name would overwrite the first. */
function checkNames(): void {
    for (const variable of Object.keys(names)) {
        if (!variables.includes(variable as Variable))
            throw new Error(`names: got ${variable}, expected one of ${variables.join(", ")}`);
    }
    const taken = new Map<string, string>();
    for (const region of regions) {
        for (const variable of variables) {
            const name = nameOf(variable, region);
            if (!/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i.test(name))
                throw new Error(
                    `names.${variable}: got ${name}, expected letters, digits and underscores, not beginning with a digit or GITHUB_`,
                );
            const other = taken.get(name.toUpperCase());
            if (other !== undefined)
                throw new Error(
                    `names.${variable}: got ${name}, which is also the name of ${other}, expected a unique name, such as one with {REGION}`,
                );
            taken.set(name.toUpperCase(), `${variable} of ${region}`);
        }
    }
}
