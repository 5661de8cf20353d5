import { ApiError } from "../apiError";
import type { Cloud } from "../cloud";
import type { Collection } from "../collection";
import type { QuotaCode } from "../quotas";

const count = <T extends { id: string; seeded: boolean }>(all: Collection<T>): number =>
    all.count(({ seeded }) => !seeded);
const keysOf =
    (isCloud: boolean) =>
    (cloud: Cloud, owner?: string): number =>
        cloud.apiKeys.count(
            ({ seeded, ownerId, scope }) =>
                !seeded && (owner === undefined || ownerId === owner) && (scope.kind === "cloud") === isCloud,
        );

/** How much of a quota is used. Seeded resources do not count. `of`: the environment or the owner of keys. */
export const usage: Readonly<Record<QuotaCode, (cloud: Cloud, of: string) => number>> = {
    "iam.max_service_accounts.per_org": ({ serviceAccounts }) => count(serviceAccounts),
    "iam.max_cloud_api_keys.per_org": (cloud) => keysOf(true)(cloud),
    "iam.max_cloud_api_keys.per_service_account": keysOf(true),
    "iam.max_cloud_api_keys.per_user": keysOf(true),
    "iam.max_cluster_api_keys.per_service_account": keysOf(false),
    "iam.max_cluster_api_keys.per_user": keysOf(false),
    "iam.max_rbac_role_bindings_all_roles.per_org": ({ roleBindings }) => count(roleBindings),
    "iam.max_environments.per_org": ({ environments }) => count(environments),
    "flink.max_compute_pools.per_env": ({ computePools }, of) =>
        computePools.count(({ environmentId, defaultPool }) => environmentId === of && !defaultPool),
};

/**
 * Throws when the quota is used up.
 * @param of the environment or the owner of keys, where the quota is not the organization's
 * @param status 402 as documented; 400 for resources whose specification has no 402
 */
export function requireQuota(cloud: Cloud, code: QuotaCode, of = "", status: 400 | 402 = 402): void {
    const limit = cloud.quotas[code];
    if (usage[code](cloud, of) < limit) return;
    // The Confluent CLI recognises a used-up quota by the words "is currently limited to".
    const detail = `The quota ${code} is currently limited to ${limit}.`;
    throw new ApiError(status, "quota_exceeded", "Quota Exceeded", detail);
}
