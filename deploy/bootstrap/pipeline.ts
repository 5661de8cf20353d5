import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { type PipelineScope, pipelineGrants } from "./pipelineGrants";

/** What the pipeline gets. */
export interface Pipeline {
    /** `sa-111aaa` */
    readonly pipelineId: pulumi.Output<string>;
    /** For CONFLUENT_CLOUD_API_KEY. */
    readonly cloudApiKey: pulumi.Output<string>;
    /** For CONFLUENT_CLOUD_API_SECRET. A Pulumi secret. */
    readonly cloudApiSecret: pulumi.Output<string>;
}

/** Declares the pipeline's service account, its roles and its Cloud API key. */
export function declarePipeline(displayName: string, scope: PipelineScope): Pipeline {
    const account = new confluentcloud.ServiceAccount("pipeline", {
        displayName,
        description: "Deploys Flink access with Pulumi",
    });
    const organization = confluentcloud.getOrganizationOutput();
    const roles = pipelineGrants(scope).map(
        ({ roleName, below }) =>
            new confluentcloud.RoleBinding(`pipeline-${roleName}${below.replace(/\/[^=]*=/g, "-")}`, {
                principal: pulumi.interpolate`User:${account.id}`,
                roleName,
                crnPattern: pulumi.interpolate`crn://confluent.cloud/organization=${organization.id}${below}`,
                // Nothing here uses the role, so there is no need to wait 90 seconds for it.
                disableWaitForReady: true,
            }),
    );
    // Without a managedResource it is a key for Cloud resource management.
    const key = new confluentcloud.ApiKey(
        "pipeline-key",
        {
            displayName,
            description: "Cloud API key of the pipeline that deploys Flink access",
            owner: { id: account.id, apiVersion: account.apiVersion, kind: account.kind },
        },
        { dependsOn: roles },
    );
    return {
        pipelineId: account.id,
        cloudApiKey: key.id,
        cloudApiSecret: pulumi.secret(key.secret),
    };
}
