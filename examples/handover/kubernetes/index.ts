import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess } from "pulumi-confluent-flink";

const config = new pulumi.Config();
const access = new FlinkAccess("orders", {
    environmentId: config.require("environmentId"),
    regions: ["aws.us-east-2", "gcp.us-east1"],
    roles: ["FlinkDeveloper"],
    rotation: { every: "90d" },
    // A key that is not proven fails the deployment, and the workloads keep the one they have.
    readiness: { unreachable: "fail" },
});

// Without it a changed Secret is replaced: for a moment there would be none of its name.
const cluster = new kubernetes.Provider("cluster", { enableSecretMutable: true });

/** By region, the name of the Secret: `flink-aws-us-east-2`. It stays when the key rotates. */
export const secretNames = Object.entries(access.environment).map(([region, environment]) => {
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
