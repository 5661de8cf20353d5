import type { AppliedQuota } from "../../confluent/appliedQuotas";
import { globalScope } from "../../confluent/flinkScope";
import type { CloudInventory } from "./cloudInventory";
import { groupBy } from "./groupBy";
import type { KeyInState } from "./keysInStates";
import type { Owner } from "./report";

/** The owners of all listed keys and of all keys in the states, by id. */
export function ownersOf(
    cloud: CloudInventory,
    inStates: ReadonlyMap<string, KeyInState>,
): Map<string, Owner> {
    const names = new Map([
        ...cloud.serviceAccounts.map(({ id, displayName }) => [id, displayName] as const),
        ...cloud.users.map(({ id, fullName }) => [id, fullName] as const),
    ]);
    const liveKeys = groupBy(cloud.keys, (key) => key.ownerId);
    const ids = new Set([...liveKeys.keys(), ...[...inStates.values()].map(({ key }) => key.state.owner)]);
    // An account of another organization has no role here, and Confluent Cloud leaves out what the caller may not see.
    const isHere = (id: string): boolean => names.has(id) || liveKeys.has(id);
    const bindings = cloud.roleBindings && groupBy(cloud.roleBindings, (binding) => binding.principalId);
    const quotas = new Map(
        cloud.quotas
            .filter(({ id }) => id.startsWith("iam.max_cluster_api_keys.per_"))
            .map((quota) => [quota.accountId, quota]),
    );
    return new Map(
        [...ids].map((id): [string, Owner] => {
            const hasNone = bindings !== undefined && cloud.caller.seesEverything && isHere(id);
            const roles = bindings?.get(id) ?? (hasNone ? [] : null);
            return [
                id,
                {
                    id,
                    name: names.get(id) ?? "",
                    kind: id.startsWith("sa-") ? "serviceAccount" : id.startsWith("u-") ? "user" : "other",
                    roles: roles?.map(({ roleName, crnPattern }) => ({ roleName, crnPattern })) ?? null,
                    organizationAdmin:
                        roles?.some(({ roleName }) => roleName === "OrganizationAdmin") ?? null,
                    liveKeys: liveKeys.get(id)?.length ?? 0,
                    quota: quotaOf(quotas.get(id)),
                },
            ];
        }),
    );
}

// Roles that are granted on the organization and give no access to an environment.
const organizationOnly = [
    "AccountAdmin",
    "BillingAdmin",
    "MetricsViewer",
    "NetworkAdmin",
    "ResourceKeyAdmin",
];

/**
 * The names of the roles that apply to a key: on its environment, on the organization, or on a resource in the environment. A global
 * key (`region` is `global`) has all its owner's roles there; one without an environment has those of every environment.
 */
export function rolesInEnvironment(
    roles: Owner["roles"],
    environmentId: string,
    region: string,
): string[] | null {
    if (roles === null) return null;
    const applies = ({ roleName, crnPattern }: { roleName: string; crnPattern: string }): boolean => {
        const environment = /\/environment=([^/]+)/.exec(crnPattern)?.[1]?.toLowerCase();
        const flinkRegion = /\/flink-region=([^/]+)/.exec(crnPattern)?.[1]?.toLowerCase();
        if (environment === undefined) {
            // Must be on the organization itself: Assigner on a service account, for example, does not apply.
            return /\/organization=[^/]+(\/\*)?$/.test(crnPattern) && !organizationOnly.includes(roleName);
        }
        if (environmentId !== "" && environment !== environmentId && environment !== "*") return false;
        return [undefined, "*", region].includes(flinkRegion) || region === globalScope.name;
    };
    return [...new Set(roles.filter(applies).map(({ roleName }) => roleName))].sort();
}

function quotaOf(quota: AppliedQuota | undefined): Owner["quota"] {
    if (quota?.usage === undefined || !(quota.limit > 0)) return null;
    const { id, usage: used, limit } = quota;
    return { id, used, limit, ratio: used / limit };
}
