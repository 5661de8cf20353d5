import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess } from "pulumi-confluent-flink";

const config = new pulumi.Config();
const environmentId = config.require("environmentId");
const access = new FlinkAccess("orders", {
    environmentId,
    regions: ["aws.us-east-2", "gcp.us-east1"],
    roles: ["FlinkDeveloper"],
    rotation: { every: "90d" },
    // An unproven key fails the deployment, and the workloads keep their present key.
    readiness: { unreachable: "fail" },
});

/** The ARNs of the secrets, one for each region. They stay the same when a key rotates; AWSCURRENT moves to the new version. */
export const secretArns = Object.entries(access.keys).map(([region, key]) => {
    const secret = new aws.secretsmanager.Secret(`flink-${region}`, {
        name: `flink/${environmentId}/${region}`,
        description: pulumi.interpolate`Flink API key for ${key.scope}, rotated by Pulumi`,
    });
    // The fields of AWS's managed external secret ConfluentCloudApiKey, so that its clients can read this secret too.
    // Do not turn on rotation by AWS as well, because Pulumi and AWS would not know each other's keys.
    const value = pulumi.jsonStringify({
        apiKey: key.apiKey,
        apiSecret: key.apiSecret,
        serviceAccountId: access.principalId,
        resourceId: region,
        environmentId,
    });
    new aws.secretsmanager.SecretVersion(`flink-${region}`, {
        secretId: secret.id,
        secretString: value,
    });
    return secret.arn;
});
