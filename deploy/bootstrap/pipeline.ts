import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { ownerGrant, type PipelineGrant, type PipelineScope, pipelineGrants } from "./pipelineGrants";

/** What the pipeline gets. */
export interface Pipeline {
    /** `sa-111aaa` */
    readonly pipelineId: pulumi.Output<string>;
    /** For CONFLUENT_CLOUD_API_KEY. */
    readonly cloudApiKey: pulumi.Output<string>;
    /** For CONFLUENT_CLOUD_API_SECRET. A Pulumi secret. */
    readonly cloudApiSecret: pulumi.Output<string>;
    /** The service accounts that this program created for the pipeline's keys, by name: `{ "flink-orders": "sa-222bbb" }`. */
    readonly serviceAccountIds: Readonly<Record<string, pulumi.Output<string>>>;
}

/** Declares the pipeline's service account, its roles, its Cloud API key, and the service accounts whose keys it manages. */
export function declarePipeline(displayName: string, scope: PipelineScope): Pipeline {
    const account = new confluentcloud.ServiceAccount("pipeline", {
        displayName,
        description: "Deploys Flink access with Pulumi",
    });
    const organization = confluentcloud.getOrganizationOutput();
    const grant = (
        name: string,
        principalId: pulumi.Input<string>,
        roleName: string,
        below: pulumi.Input<string>,
    ): confluentcloud.RoleBinding =>
        new confluentcloud.RoleBinding(name, {
            principal: pulumi.interpolate`User:${principalId}`,
            roleName,
            crnPattern: pulumi.interpolate`crn://confluent.cloud/organization=${organization.id}${below}`,
            // Nothing here uses the role, so there is no need to wait 90 seconds for it.
            disableWaitForReady: true,
        });
    const nameOf = ({ roleName, below }: PipelineGrant): string =>
        `pipeline-${roleName}${below.replace(/\/[^=]*=/g, "-")}`;
    const roles = pipelineGrants(scope).map((one) => grant(nameOf(one), account.id, one.roleName, one.below));
    const owners = scope.serviceAccounts.map((name) => {
        const owner = new confluentcloud.ServiceAccount(name, {
            displayName: name,
            description: "Owns Flink API keys that the pipeline creates",
        });
        for (const id of scope.environmentIds) {
            grant(`${name}-FlinkDeveloper-${id}`, owner.id, "FlinkDeveloper", `/environment=${id}`);
        }
        const { roleName } = ownerGrant("");
        const below = owner.id.apply((id) => ownerGrant(id).below);
        roles.push(grant(`pipeline-${roleName}-${name}`, account.id, roleName, below));
        return [name, owner.id] as const;
    });
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
        serviceAccountIds: Object.fromEntries(owners),
    };
}
