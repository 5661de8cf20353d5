import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
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

/** The paths in the KV engine (version 2), one for each region. They stay the same when a key rotates, which writes a new version. */
export const secretPaths = Object.entries(access.environmentVariables).map(([region, environment]) => {
    const secret = new vault.kv.SecretV2(`flink-${region}`, {
        mount: config.get("mount") ?? "secret",
        name: `flink/${region}`,
        // FLINK_API_KEY, FLINK_API_SECRET, FLINK_REST_ENDPOINT, …
        dataJson: pulumi.jsonStringify(environment),
        // Older versions contain keys that are deleted after their overlap.
        customMetadata: { maxVersions: 2 },
    });
    return secret.path;
});
