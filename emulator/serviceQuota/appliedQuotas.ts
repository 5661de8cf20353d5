import { invalidFilter, notFound } from "../apiError";
import type { Cloud } from "../cloud";
import { ownerReference } from "../iam/principals";
import { environmentReference } from "../org/environments";
import { listPage, numbered } from "../pagination";
import { defaultQuotas, type QuotaCode } from "../quotas";
import { resourceRoutes } from "../resourceRoutes";
import { type ApiRequest, type ApiResponse, pathParameter, queryParameter, type Route } from "../route";

const pageSizes = { default: 10, max: 200 };

/** One limit as it applies to the organization, an environment or a principal. */
interface AppliedQuota {
    code: QuotaCode;
    scope: "ORGANIZATION" | "ENVIRONMENT" | "SERVICE_ACCOUNT" | "USER_ACCOUNT";
    displayName: string;
    usage: number;
    environmentId?: string;
    ownerId?: string;
}

/** /service-quota/v1/applied-quotas. Usage is counted on each request, without seeded resources. */
export function appliedQuotaRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, "/service-quota/v1/applied-quotas", { list, read });
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    const id = pathParameter(request, "id");
    const quota = appliedQuotas(cloud).find(({ code }) => code === id);
    if (quota === undefined) throw notFound(`The quota '${id}' does not exist.`);
    return { status: 200, body: appliedQuotaBody(cloud, quota) };
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    const scope = queryParameter(request, "scope")?.toUpperCase();
    if (scope === undefined) throw invalidFilter("scope is required.", "scope");
    const id = queryParameter(request, "id");
    const environmentId = queryParameter(request, "environment");
    const quotas = appliedQuotas(cloud).filter(
        (quota) =>
            quota.scope === scope &&
            (id === undefined || quota.code === id) &&
            (environmentId === undefined || quota.environmentId === environmentId),
    );
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "service-quota/v1",
            kind: "AppliedQuotaList",
            entries: numbered(quotas),
            toBody: (quota) => appliedQuotaBody(cloud, quota),
            pages: pageSizes,
        }),
    };
}

function appliedQuotas(cloud: Cloud): AppliedQuota[] {
    const keys = cloud.apiKeys.values().filter((key) => !key.seeded);
    const keysOf = (ownerId: string, isCloud: boolean): number =>
        keys.filter((key) => key.ownerId === ownerId && (key.scope.kind === "cloud") === isCloud).length;
    const organization = (code: QuotaCode, displayName: string, usage: number): AppliedQuota => ({
        code,
        scope: "ORGANIZATION",
        displayName,
        usage,
    });
    return [
        organization(
            "iam.max_service_accounts.per_org",
            "Max Service Accounts Per Organization",
            cloud.serviceAccounts.count((account) => !account.seeded),
        ),
        organization(
            "iam.max_cloud_api_keys.per_org",
            "Max Cloud API Keys Per Organization",
            keys.filter((key) => key.scope.kind === "cloud").length,
        ),
        organization(
            "iam.max_rbac_role_bindings_all_roles.per_org",
            "Max RBAC Role Bindings Per Organization",
            cloud.roleBindings.count((binding) => !binding.seeded),
        ),
        organization(
            "iam.max_environments.per_org",
            "Max Environments Per Organization",
            cloud.environments.count((environment) => !environment.seeded),
        ),
        ...cloud.environments.values().map(
            ({ id }): AppliedQuota => ({
                code: "flink.max_compute_pools.per_env",
                scope: "ENVIRONMENT",
                displayName: "Max Flink Compute Pools Per Environment",
                usage: cloud.computePools.count((pool) => pool.environmentId === id),
                environmentId: id,
            }),
        ),
        ...cloud.serviceAccounts.values().flatMap(({ id }): AppliedQuota[] => [
            {
                code: "iam.max_cloud_api_keys.per_service_account",
                scope: "SERVICE_ACCOUNT",
                displayName: "Max Cloud API Keys Per Service Account",
                usage: keysOf(id, true),
                ownerId: id,
            },
            {
                code: "iam.max_cluster_api_keys.per_service_account",
                scope: "SERVICE_ACCOUNT",
                displayName: "Max Cluster API Keys Per Service Account",
                usage: keysOf(id, false),
                ownerId: id,
            },
        ]),
        ...cloud.users.values().flatMap(({ id }): AppliedQuota[] => [
            {
                code: "iam.max_cloud_api_keys.per_user",
                scope: "USER_ACCOUNT",
                displayName: "Max Cloud API Keys Per User",
                usage: keysOf(id, true),
                ownerId: id,
            },
            {
                code: "iam.max_cluster_api_keys.per_user",
                scope: "USER_ACCOUNT",
                displayName: "Max Cluster API Keys Per User",
                usage: keysOf(id, false),
                ownerId: id,
            },
        ]),
    ];
}

function appliedQuotaBody(cloud: Cloud, quota: AppliedQuota) {
    return {
        api_version: "service-quota/v1",
        kind: "AppliedQuota",
        id: quota.code,
        metadata: {
            self: `${cloud.url}/service-quota/v1/applied-quotas/${quota.code}`,
            resource_name: cloud.crn(["applied-quota", quota.code]),
        },
        scope: quota.scope,
        display_name: quota.displayName,
        default_limit: defaultQuotas[quota.code],
        applied_limit: cloud.quotas[quota.code],
        usage: quota.usage,
        organization: {
            id: cloud.organizationId,
            related: `${cloud.url}/org/v2/organizations/${cloud.organizationId}`,
            resource_name: cloud.crn(),
        },
        ...(quota.environmentId === undefined
            ? {}
            : { environment: environmentReference(cloud, quota.environmentId) }),
        ...(quota.ownerId === undefined ? {} : { user: reference(cloud, quota.ownerId) }),
    };
}

function reference(cloud: Cloud, ownerId: string): { id: string; related: string; resource_name: string } {
    const { id, related, resource_name } = ownerReference(cloud, ownerId);
    return { id, related, resource_name };
}
