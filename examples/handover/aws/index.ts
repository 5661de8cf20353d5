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
    // A key that is not proven fails the deployment, and the workloads keep the one they have.
    readiness: { unreachable: "fail" },
});

/** By region, the ARN of the secret. It stays when the key rotates; AWSCURRENT moves to the new version. */
export const secretArns = Object.entries(access.keys).map(([region, key]) => {
    const secret = new aws.secretsmanager.Secret(`flink-${region}`, {
        name: `flink/${environmentId}/${region}`,
        description: pulumi.interpolate`Flink API key for ${key.scope}, rotated by Pulumi`,
    });
    // The fields of AWS's managed external secret ConfluentCloudApiKey, so that its readers understand this one, too.
    // Rotation is Pulumi's: with AWS's own beside it, each would take the other's new key for a stranger's.
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
