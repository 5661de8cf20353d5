import * as gcp from "@pulumi/gcp";
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

/** By region, the id of the secret. It stays when the key rotates; the alias `latest` moves to the new version. */
export const secretIds = Object.entries(access.environment).map(([region, environment]) => {
    const secret = new gcp.secretmanager.Secret(`flink-${region}`, {
        // Letters, digits, dashes and underscores only.
        secretId: `flink-${region.replace(".", "-")}`,
        replication: { auto: {} },
    });
    new gcp.secretmanager.SecretVersion(`flink-${region}`, {
        secret: secret.id,
        // FLINK_API_KEY, FLINK_API_SECRET, FLINK_REST_ENDPOINT, …
        secretData: pulumi.jsonStringify(environment),
        // Whoever pinned the old version can tell that it is over; the key itself ends with its overlap.
        deletionPolicy: "DISABLE",
    });
    return secret.secretId;
});
