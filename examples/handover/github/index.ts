import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess } from "pulumi-confluent-flink";

const config = new pulumi.Config();
const repository = config.require("repository");
const access = new FlinkAccess("orders", {
    environmentId: config.require("environmentId"),
    regions: ["aws.us-east-2", "gcp.us-east1"],
    roles: ["FlinkDeveloper"],
    rotation: { every: "90d" },
    // A key that is not proven fails the deployment, and the workflows keep the one they have.
    readiness: { unreachable: "fail" },
});

/** The names of the secrets: `FLINK_AWS_US_EAST_2_API_KEY` and `…_API_SECRET`. They stay when the key rotates. */
export const secretNames = Object.entries(access.keys).flatMap(([region, key]) => {
    const prefix = `FLINK_${region.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
    const apiKey = new github.ActionsSecret(`flink-${region}-key`, {
        repository,
        secretName: `${prefix}_API_KEY`,
        value: key.apiKey,
    });
    // After the id: a workflow that reads both in between would hold a pair that does not belong together, and fail once.
    const apiSecret = new github.ActionsSecret(
        `flink-${region}-secret`,
        { repository, secretName: `${prefix}_API_SECRET`, value: key.apiSecret },
        { dependsOn: apiKey },
    );
    return [apiKey.secretName, apiSecret.secretName];
});
