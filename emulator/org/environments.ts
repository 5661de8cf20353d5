import { grantsIn, requireRole } from "../access/authorization";
import { notFound, requireNoOther } from "../apiError";
import type { Cloud } from "../cloud";
import { parseCrn, segmentId } from "../crn";
import { resourceRoutes } from "../resourceRoutes";
import type { Caller, Route } from "../route";
import type { ObjectReference } from "../schemas";
import { requireQuota } from "../serviceQuota/quotaUsage";

const path = "/org/v2/environments";
const displayNameRule = { maxLength: 64 };

/**
 * /org/v2/environments. Every authenticated caller may list environments and sees those in which it has a role. A Cloud API key
 * without a role therefore gets an empty list, not 403.
 */
export function environmentRoutes(cloud: Cloud): Route[] {
    const crnOf = (id: string): string => cloud.crn(["environment", id]);
    const sees = (caller: Caller, id: string): boolean => grantsIn(cloud, caller.principalId, id).length > 0;
    const requireFreeName = (name: string): void =>
        requireNoOther(
            cloud.environments.find(({ displayName }) => displayName === name),
            `The environment name '${name}' is already in use.`,
            `${cloud.url}${path}`,
        );
    return resourceRoutes(cloud, {
        path,
        kind: "Environment",
        authentication: "organization",
        authorize({ method, caller }) {
            if (method === "POST") requireRole(cloud, caller, ["OrganizationAdmin"]);
        },
        list: ({ caller }) => cloud.environments.entries(({ id }) => sees(caller, id)),
        find({ method, caller }, id) {
            const environment = cloud.environments.get(id);
            if (environment === undefined || !sees(caller, id))
                throw notFound(`The environment '${id}' does not exist.`);
            if (method !== "GET")
                requireRole(cloud, caller, ["OrganizationAdmin", "EnvironmentAdmin"], crnOf(id));
            return environment;
        },
        create(body) {
            const displayName = body.text("/display_name", displayNameRule);
            const streamGovernancePackage = body.optionalText("/stream_governance_config/package");
            requireFreeName(displayName);
            requireQuota(cloud, "iam.max_environments.per_org");
            const id = cloud.newId("env", cloud.environments);
            return cloud.environments.add({ id, displayName, streamGovernancePackage, ...cloud.madeNow() });
        },
        update(environment, body) {
            const displayName =
                body.optionalText("/display_name", displayNameRule) ?? environment.displayName;
            const streamGovernancePackage =
                body.optionalText("/stream_governance_config/package") ?? environment.streamGovernancePackage;
            if (displayName !== environment.displayName) requireFreeName(displayName);
            Object.assign(environment, { displayName, streamGovernancePackage, updatedAt: cloud.now() });
        },
        /**
         * Deletes what is in it and its role bindings, too. Its Flink API keys stay in IAM's list, but endpoints no longer accept
         * them (401).
         */
        remove({ id }) {
            const { kafkaClusters, schemaRegistries, computePools, statements, connections } = cloud;
            for (const inside of [
                kafkaClusters,
                schemaRegistries,
                computePools,
                statements,
                connections,
                cloud.flinkArtifacts,
                cloud.relations,
            ]) {
                inside.deleteWhere(({ environmentId }) => environmentId === id);
            }
            cloud.roleBindings.deleteWhere(
                ({ crnPattern }) => segmentId(parseCrn(crnPattern) ?? [], "environment") === id,
            );
            cloud.environments.delete(id);
        },
        // The Terraform and Pulumi providers read the organization's id from it.
        crn: ({ id }) => crnOf(id),
        fields: ({ displayName, streamGovernancePackage }) => ({
            display_name: displayName,
            ...(streamGovernancePackage !== undefined && {
                stream_governance_config: { package: streamGovernancePackage },
            }),
        }),
    });
}

/** The reference to an environment in compute pools and endpoints. */
export function environmentReference(cloud: Cloud, id: string): ObjectReference {
    return { id, related: `${cloud.url}${path}/${id}`, resource_name: cloud.crn(["environment", id]) };
}
