import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, type FlinkEnvironment } from "pulumi-confluent-flink";

type Variable = keyof FlinkEnvironment;

const config = new pulumi.Config();
const repository = config.require("repository");
/** A GitHub environment of the repository, such as `production`: the secrets are its own. Default: the repository's. */
const environment = config.get("environment");
/**
 * Names of your choice, by variable: `FLINK_API_KEY: ORDERS_{REGION}_KEY`. `{REGION}` becomes `AWS_US_EAST_2`. Variables
 * that are not named get `{REGION}_<variable>`: `AWS_US_EAST_2_FLINK_API_KEY`.
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
requireNames();

const access = new FlinkAccess("orders", {
    environmentId: config.require("environmentId"),
    regions,
    roles: ["FlinkDeveloper"],
    rotation: { every: "90d" },
    // A key that is not proven fails the deployment, and the workflows keep the one they have.
    readiness: { unreachable: "fail" },
});

/** The names of the secrets. They stay when the key rotates. */
export const secretNames = Object.entries(access.environment).flatMap(([region, values]) => {
    const handOver = (variable: Variable, after?: pulumi.Resource): pulumi.Resource => {
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
    const apiKey = handOver("FLINK_API_KEY");
    for (const variable of variables) {
        // After the id: a workflow that reads both in between would hold a pair that does not belong together, and fail once.
        if (variable !== "FLINK_API_KEY")
            handOver(variable, variable === "FLINK_API_SECRET" ? apiKey : undefined);
    }
    return variables.map((variable) => nameOf(variable, region));
});

function nameOf(variable: Variable, region: string): string {
    const name = names[variable] ?? `{REGION}_${variable}`;
    return name.replaceAll("{REGION}", region.toUpperCase().replace(/[^A-Z0-9]/g, "_"));
}

/** GitHub would refuse a name half-way through the deployment; of two secrets with one name the last one would win. */
function requireNames(): void {
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
                    `names.${variable}: got ${name}, expected letters, digits and underscores, with no digit and no GITHUB_ at its beginning`,
                );
            const other = taken.get(name.toUpperCase());
            if (other !== undefined)
                throw new Error(
                    `names.${variable}: got ${name}, the name of ${other}, expected one of its own: put {REGION} into it`,
                );
            taken.set(name.toUpperCase(), `${variable} of ${region}`);
        }
    }
}
