/** What the pipeline deploys. */
export interface PipelineScope {
    /**
     * Environments that it deploys to: `env-abc123`. Empty for an OrganizationAdmin, who has access to all of them.
     */
    readonly environmentIds: readonly string[];
    /** The only service accounts whose keys it manages: `sa-111aaa`. Empty: it creates its own service accounts. */
    readonly ownedServiceAccountIds: readonly string[];
    /** Whether it may grant OrganizationAdmin. For this it must have the role itself. */
    readonly grantOrganizationAdmin: boolean;
}

/** A role of the pipeline. */
export interface PipelineGrant {
    readonly roleName: string;
    /** Appended to the organization's CRN: `/environment=env-abc123`; empty for the organization itself. */
    readonly below: string;
}

/**
 * The smallest set of roles for what the pipeline deploys (docs/roles.md has the sources).
 *
 * Creating service accounts needs AccountAdmin. Creating keys for them needs ResourceKeyAdmin. Granting roles in an
 * environment needs EnvironmentAdmin there, because Confluent has no role that only grants. The narrow setup creates
 * neither accounts nor role bindings: ResourceOwner of an account manages the keys of that account, and Operator lets
 * the pipeline see the environment.
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
            `${namespace}:environmentIds: got ${JSON.stringify(environmentIds)} together with grantOrganizationAdmin, expected only one of the two: an OrganizationAdmin deploys to every environment`,
        );
    }
    if (grantOrganizationAdmin && ownedServiceAccountIds.length > 0) {
        throw new Error(
            `${namespace}:grantOrganizationAdmin: got true together with ownedServiceAccountIds, expected only one of the two: an OrganizationAdmin manages every key`,
        );
    }
}
