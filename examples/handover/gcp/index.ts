import * as gcp from "@pulumi/gcp";
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

/** The ids of the secrets, one for each region. They stay the same when a key rotates; `latest` moves to the new version. */
export const secretIds = Object.entries(access.environmentVariables).map(([region, environment]) => {
    const secret = new gcp.secretmanager.Secret(`flink-${region}`, {
        // Letters, digits, dashes and underscores only.
        secretId: `flink-${region.replace(".", "-")}`,
        replication: { auto: {} },
    });
    new gcp.secretmanager.SecretVersion(`flink-${region}`, {
        secret: secret.id,
        // FLINK_API_KEY, FLINK_API_SECRET, FLINK_REST_ENDPOINT, …
        secretData: pulumi.jsonStringify(environment),
        // A client that pinned the old version notices at once, and its key stays valid until the overlap ends.
        deletionPolicy: "DISABLE",
    });
    return secret.secretId;
});
