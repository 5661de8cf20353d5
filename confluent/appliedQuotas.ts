import type { ConfluentApi } from "./confluentApi";

export type QuotaScope = "ORGANIZATION" | "ENVIRONMENT" | "SERVICE_ACCOUNT" | "USER_ACCOUNT";

/** A limit for one organization, environment or account. */
export interface AppliedQuota {
    /** `iam.max_cluster_api_keys.per_service_account` */
    readonly id: string;
    /** The service account or user of the limit; undefined for other scopes. */
    readonly accountId: string | undefined;
    readonly limit: number;
    /** Undefined if Confluent Cloud does not report it. */
    readonly usage: number | undefined;
}

/** `GET /service-quota/v1/applied-quotas?scope=…`, all pages. The API requires the scope. */
export async function listAppliedQuotas(
    api: ConfluentApi,
    scope: QuotaScope,
): Promise<readonly AppliedQuota[]> {
    const purpose = `listing the quotas of scope ${scope}`;
    const path = "/service-quota/v1/applied-quotas";
    const { rows } = await api.list(path, { scope }, purpose, ({ id, user, applied_limit, usage }) => {
        const accountId = (user as { id?: unknown } | null | undefined)?.id;
        return {
            id: String(id ?? ""),
            accountId: typeof accountId === "string" ? accountId : undefined,
            limit: Number(applied_limit ?? Number.NaN),
            usage: typeof usage === "number" ? usage : undefined,
        };
    });
    return rows;
}
