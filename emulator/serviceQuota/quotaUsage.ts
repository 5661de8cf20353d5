import { ApiError } from "../apiError";
import type { Cloud } from "../cloud";
import type { Collection } from "../collection";
import type { QuotaCode } from "../quotas";

/** What a quota limits, and how much of it is used. Seeded resources do not count. */
interface QuotaRule {
    readonly scope: "ORGANIZATION" | "ENVIRONMENT" | "SERVICE_ACCOUNT" | "USER_ACCOUNT";
    readonly displayName: string;
    /** `of`: the environment or the owner of keys. */
    used(cloud: Cloud, of: string): number;
}

const count = <T extends { id: string; seeded: boolean }>(all: Collection<T>): number =>
    all.count(({ seeded }) => !seeded);
const keysOf =
    (isCloud: boolean) =>
    (cloud: Cloud, owner?: string): number =>
        cloud.apiKeys.count(
            ({ seeded, ownerId, scope }) =>
                !seeded && (owner === undefined || ownerId === owner) && (scope.kind === "cloud") === isCloud,
        );

export const quotaRules: Readonly<Record<QuotaCode, QuotaRule>> = {
    "iam.max_service_accounts.per_org": {
        scope: "ORGANIZATION",
        displayName: "Max Service Accounts Per Organization",
        used: ({ serviceAccounts }) => count(serviceAccounts),
    },
    "iam.max_cloud_api_keys.per_org": {
        scope: "ORGANIZATION",
        displayName: "Max Cloud API Keys Per Organization",
        used: (cloud) => keysOf(true)(cloud),
    },
    "iam.max_rbac_role_bindings_all_roles.per_org": {
        scope: "ORGANIZATION",
        displayName: "Max RBAC Role Bindings Per Organization",
        used: ({ roleBindings }) => count(roleBindings),
    },
    "iam.max_environments.per_org": {
        scope: "ORGANIZATION",
        displayName: "Max Environments Per Organization",
        used: ({ environments }) => count(environments),
    },
    "flink.max_compute_pools.per_env": {
        scope: "ENVIRONMENT",
        displayName: "Max Flink Compute Pools Per Environment",
        used: ({ computePools }, of) =>
            computePools.count(({ environmentId, defaultPool }) => environmentId === of && !defaultPool),
    },
    "iam.max_cloud_api_keys.per_service_account": {
        scope: "SERVICE_ACCOUNT",
        displayName: "Max Cloud API Keys Per Service Account",
        used: keysOf(true),
    },
    "iam.max_cluster_api_keys.per_service_account": {
        scope: "SERVICE_ACCOUNT",
        displayName: "Max Cluster API Keys Per Service Account",
        used: keysOf(false),
    },
    "iam.max_cloud_api_keys.per_user": {
        scope: "USER_ACCOUNT",
        displayName: "Max Cloud API Keys Per User",
        used: keysOf(true),
    },
    "iam.max_cluster_api_keys.per_user": {
        scope: "USER_ACCOUNT",
        displayName: "Max Cluster API Keys Per User",
        used: keysOf(false),
    },
};

/**
 * Throws when the quota is used up.
 * @param of the environment or the owner of keys, where the quota is not the organization's
 * @param status 402 as documented; 400 for resources whose specification has no 402
 */
export function requireQuota(cloud: Cloud, code: QuotaCode, of = "", status: 400 | 402 = 402): void {
    const limit = cloud.quotas[code];
    if (quotaRules[code].used(cloud, of) < limit) return;
    // The Confluent CLI recognises a used-up quota by the words "is currently limited to".
    const detail = `The quota ${code} is currently limited to ${limit}.`;
    throw new ApiError(status, "quota_exceeded", "Quota Exceeded", detail);
}
