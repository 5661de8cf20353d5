/** What the pipeline deploys. */
export interface PipelineScope {
    /**
     * Environments that it deploys to: `env-abc123`. Empty for an OrganizationAdmin, who has access to all of them.
     */
    readonly environmentIds: readonly string[];
    /** Names of service accounts that this program creates for the pipeline's keys: `flink-orders`. */
    readonly serviceAccounts: readonly string[];
    /** Service accounts that exist already, whose keys the pipeline manages as well: `sa-111aaa`. */
    readonly ownedServiceAccountIds: readonly string[];
    /** Whether it may create service accounts and grant them roles. It is not certain that it may create their keys. */
    readonly createServiceAccounts: boolean;
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
 * The pipeline's roles that do not depend on accounts of this program (docs/roles.md has the sources).
 *
 * By default the pipeline creates neither accounts nor role bindings: this program does, as an administrator. ResourceOwner of
 * an account manages the keys of that account, and Operator lets the pipeline see the environment. To create service accounts
 * it needs AccountAdmin, and to grant roles EnvironmentAdmin. Whether EnvironmentAdmin or ResourceKeyAdmin may then create
 * keys for those accounts is where Confluent's pages contradict each other, so it has both.
 */
export function pipelineGrants(scope: PipelineScope): PipelineGrant[] {
    if (scope.grantOrganizationAdmin) return [{ roleName: "OrganizationAdmin", below: "" }];
    const inEach = (roleName: string): PipelineGrant[] =>
        scope.environmentIds.map((id) => ({ roleName, below: `/environment=${id}` }));
    if (scope.createServiceAccounts) {
        return [
            { roleName: "AccountAdmin", below: "" },
            { roleName: "ResourceKeyAdmin", below: "" },
            ...inEach("EnvironmentAdmin"),
        ];
    }
    return [...scope.ownedServiceAccountIds.map(ownerGrant), ...inEach("Operator")];
}

/** ResourceOwner of a service account: creates and deletes its keys, and makes somebody its Assigner. */
export function ownerGrant(serviceAccountId: string): PipelineGrant {
    return { roleName: "ResourceOwner", below: `/service-account=${serviceAccountId}` };
}

/** Throws an error that names the config key, the value got and the value wanted. */
export function checkScope(scope: PipelineScope, namespace: string): void {
    const { environmentIds, serviceAccounts, ownedServiceAccountIds } = scope;
    const check = (name: string, values: unknown, shape: RegExp, example: string): void => {
        if (
            Array.isArray(values) &&
            values.every((value) => typeof value === "string" && shape.test(value)) &&
            new Set(values).size === values.length
        )
            return;
        throw new Error(
            `${namespace}:${name}: got ${JSON.stringify(values)}, expected a list without repetitions such as ["${example}"]`,
        );
    };
    check("environmentIds", environmentIds, /^(env-[a-z0-9]+|t\d+)$/, "env-abc123");
    check("serviceAccounts", serviceAccounts, /^[\w-]{1,64}$/, "flink-orders");
    check("ownedServiceAccountIds", ownedServiceAccountIds, /^sa-[a-z0-9]+$/, "sa-111aaa");
    const ways = (["grantOrganizationAdmin", "createServiceAccounts"] as const).filter((way) => scope[way]);
    const lists = (["serviceAccounts", "ownedServiceAccountIds"] as const).filter(
        (list) => scope[list].length > 0,
    );
    if (ways.length + Math.min(1, lists.length) > 1) {
        const got = [...ways.map((way) => `${way}: true`), ...lists].join(" together with ");
        throw new Error(
            `${namespace}:${ways[0]}: got ${got}, expected only one of them: each is a way of its own (README.md)`,
        );
    }
    if (scope.grantOrganizationAdmin) {
        if (environmentIds.length === 0) return;
        throw new Error(
            `${namespace}:environmentIds: got ${JSON.stringify(environmentIds)} together with grantOrganizationAdmin, expected only one of the two: an OrganizationAdmin deploys to every environment`,
        );
    }
    if (environmentIds.length === 0) {
        throw new Error(
            `${namespace}:environmentIds: got none, expected at least one, such as env-abc123: pulumi config set --path 'environmentIds[0]' env-abc123`,
        );
    }
    if (ways.length + lists.length === 0) {
        throw new Error(
            `${namespace}:serviceAccounts: got none, expected the name of at least one service account for the keys, such as flink-orders: pulumi config set --path 'serviceAccounts[0]' flink-orders`,
        );
    }
}
