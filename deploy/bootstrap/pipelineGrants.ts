/** What the pipeline is for. */
export interface PipelineScope {
    /** Environments it deploys to: `env-abc123`. Empty where it is OrganizationAdmin, which opens all of them. */
    readonly environmentIds: readonly string[];
    /** Service accounts whose keys it manages, and nobody else's: `sa-111aaa`. Empty: it makes its own. */
    readonly ownedServiceAccountIds: readonly string[];
    /** Whether it may grant OrganizationAdmin, which takes being one. */
    readonly grantOrganizationAdmin: boolean;
}

/** A role of the pipeline. */
export interface PipelineGrant {
    readonly roleName: string;
    /** Below the organization's CRN: `/environment=env-abc123`; empty for the organization itself. */
    readonly below: string;
}

/**
 * The least roles for what the pipeline is for (docs/roles.md has the sources).
 *
 * To make service accounts it takes AccountAdmin, to make keys for them ResourceKeyAdmin, and to grant roles in an
 * environment EnvironmentAdmin there: Confluent has no role that grants and does nothing else. The narrow way makes
 * neither accounts nor role bindings: ResourceOwner of an account manages that account's keys, and Operator shows the
 * environment.
 */
export function pipelineGrants(scope: PipelineScope): PipelineGrant[] {
    if (scope.grantOrganizationAdmin) return [{ roleName: "OrganizationAdmin", below: "" }];
    const inEach = (roleName: string): PipelineGrant[] =>
        scope.environmentIds.map((id) => ({ roleName, below: `/environment=${id}` }));
    if (scope.ownedServiceAccountIds.length > 0) {
        const owned = scope.ownedServiceAccountIds.map((id) => ({
            roleName: "ResourceOwner",
            below: `/service-account=${id}`,
        }));
        return [...owned, ...inEach("Operator")];
    }
    return [
        { roleName: "AccountAdmin", below: "" },
        { roleName: "ResourceKeyAdmin", below: "" },
        ...inEach("EnvironmentAdmin"),
    ];
}

/** Throws an error that names the config key, the value got and the value wanted. */
export function checkScope(scope: PipelineScope, namespace: string): void {
    const { environmentIds, ownedServiceAccountIds, grantOrganizationAdmin } = scope;
    const check = (name: string, ids: unknown, shape: RegExp, example: string): void => {
        if (Array.isArray(ids) && ids.every((id) => typeof id === "string" && shape.test(id))) return;
        throw new Error(
            `${namespace}:${name}: got ${JSON.stringify(ids)}, expected a list such as ["${example}"]`,
        );
    };
    check("environmentIds", environmentIds, /^(env-[a-z0-9]+|t\d+)$/, "env-abc123");
    check("ownedServiceAccountIds", ownedServiceAccountIds, /^sa-[a-z0-9]+$/, "sa-111aaa");
    if (environmentIds.length === 0 && !grantOrganizationAdmin) {
        throw new Error(
            `${namespace}:environmentIds: got none, expected at least one, such as env-abc123: pulumi config set --path 'environmentIds[0]' env-abc123`,
        );
    }
    if (grantOrganizationAdmin && environmentIds.length > 0) {
        throw new Error(
            `${namespace}:environmentIds: got ${JSON.stringify(environmentIds)} beside grantOrganizationAdmin, expected one of the two: an OrganizationAdmin deploys to every environment`,
        );
    }
    if (grantOrganizationAdmin && ownedServiceAccountIds.length > 0) {
        throw new Error(
            `${namespace}:grantOrganizationAdmin: got true beside ownedServiceAccountIds, expected one of the two: an OrganizationAdmin manages every key`,
        );
    }
}
