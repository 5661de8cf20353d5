import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess } from "pulumi-confluent-flink";

const config = new pulumi.Config();
const access = new FlinkAccess("orders", {
    environmentId: config.require("environmentId"),
    regions: ["aws.us-east-2", "gcp.us-east1"],
    roles: ["FlinkDeveloper"],
    rotation: { every: "90d" },
    // An unproven key fails the deployment, and the workloads keep their present key.
    readiness: { unreachable: "fail" },
});

// Otherwise Pulumi replaces a changed Secret, which does not exist for a moment.
const cluster = new kubernetes.Provider("cluster", { enableSecretMutable: true });

/** The names of the Secrets, one for each region: `flink-aws-us-east-2`. They stay the same when a key rotates. */
export const secretNames = Object.entries(access.environmentVariables).map(([region, environment]) => {
    const name = `flink-${region.replace(".", "-")}`;
    const secret = new kubernetes.core.v1.Secret(
        name,
        {
            metadata: {
                name,
                namespace: config.get("namespace") ?? "default",
                labels: { "app.kubernetes.io/managed-by": "pulumi" },
            },
            // For envFrom: FLINK_API_KEY, FLINK_API_SECRET, FLINK_REST_ENDPOINT, …
            stringData: environment.apply((variables) => ({ ...variables })),
        },
        { provider: cluster },
    );
    return secret.metadata.name;
});
