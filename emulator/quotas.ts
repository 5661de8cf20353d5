/**
 * The documented limits by their quota code. Confluent documents none for Flink API keys. The emulator counts them as cluster API
 * keys, which have the only documented limit per account for keys of a resource.
 */
export const defaultQuotas = {
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

export type Quotas = typeof defaultQuotas;
export type QuotaCode = keyof Quotas;
