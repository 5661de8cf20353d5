import * as pulumi from "@pulumi/pulumi";
import { declarePipeline } from "./pipeline";
import { checkScope, type PipelineScope } from "./pipelineGrants";

const config = new pulumi.Config();
const scope: PipelineScope = {
    environmentIds: config.getObject("environmentIds") ?? [],
    ownedServiceAccountIds: config.getObject("ownedServiceAccountIds") ?? [],
    grantOrganizationAdmin: config.getBoolean("grantOrganizationAdmin") ?? false,
};
try {
    checkScope(scope, pulumi.getProject());
} catch (error) {
    // One line instead of a stack trace.
    throw new pulumi.RunError((error as Error).message);
}

export const { pipelineId, cloudApiKey, cloudApiSecret } = declarePipeline(
    config.get("displayName") ?? "confluent-flink-pipeline",
    scope,
);
