import * as pulumi from "@pulumi/pulumi";
import { declarePipeline } from "./pipeline";
import { checkScope, type PipelineScope } from "./pipelineGrants";

const config = new pulumi.Config();
const scope: PipelineScope = {
    environmentIds: config.getObject("environmentIds") ?? [],
    serviceAccounts: config.getObject("serviceAccounts") ?? [],
    ownedServiceAccountIds: config.getObject("ownedServiceAccountIds") ?? [],
    createServiceAccounts: config.getBoolean("createServiceAccounts") ?? false,
    grantOrganizationAdmin: config.getBoolean("grantOrganizationAdmin") ?? false,
};
try {
    checkScope(scope, pulumi.getProject());
} catch (error) {
    // One line instead of a stack trace.
    throw new pulumi.RunError((error as Error).message);
}

export const { pipelineId, cloudApiKey, cloudApiSecret, serviceAccountIds } = declarePipeline(
    config.get("displayName") ?? "confluent-flink-pipeline",
    scope,
);
