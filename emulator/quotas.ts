/**
 * Limits by their documented quota code. Confluent documents no limit for Flink API keys. The emulator counts them as cluster
 * API keys, which have the only documented limit per account for keys of a resource.
 */
export interface Quotas {
    "iam.max_service_accounts.per_org": number;
    "iam.max_cloud_api_keys.per_org": number;
    "iam.max_cloud_api_keys.per_service_account": number;
    "iam.max_cloud_api_keys.per_user": number;
    "iam.max_cluster_api_keys.per_service_account": number;
    "iam.max_cluster_api_keys.per_user": number;
    "iam.max_rbac_role_bindings_all_roles.per_org": number;
    "iam.max_environments.per_org": number;
    "flink.max_compute_pools.per_env": number;
}

export type QuotaCode = keyof Quotas;

export const defaultQuotas: Readonly<Quotas> = {
    "iam.max_service_accounts.per_org": 1000,
    "iam.max_cloud_api_keys.per_org": 1000,
    "iam.max_cloud_api_keys.per_service_account": 100,
    "iam.max_cloud_api_keys.per_user": 10,
    "iam.max_cluster_api_keys.per_service_account": 100,
    "iam.max_cluster_api_keys.per_user": 10,
    "iam.max_rbac_role_bindings_all_roles.per_org": 250_000,
    "iam.max_environments.per_org": 25,
    "flink.max_compute_pools.per_env": 10,
};
