import { notFound } from "../apiError";
import type { Cloud } from "../cloud";
import { ownerReference } from "../iam/principals";
import { environmentReference } from "../org/environments";
import { numbered } from "../pagination";
import { defaultQuotas, type QuotaCode } from "../quotas";
import { resourceRoutes } from "../resourceRoutes";
import { queryParameter, type Route, requiredParameter } from "../route";
import { usage } from "./quotaUsage";

/** One limit as it applies to the organization, an environment or a principal. */
interface AppliedQuota {
    id: QuotaCode;
    scope: "ORGANIZATION" | "ENVIRONMENT" | "SERVICE_ACCOUNT" | "USER_ACCOUNT";
    /** The environment or the principal. */
    of: string;
}

/** By the end of a quota's code: its scope, and what has it. */
const scopes = {
    org: ["ORGANIZATION", () => [{ id: "" }]],
    env: ["ENVIRONMENT", ({ environments }) => environments.values()],
    service_account: ["SERVICE_ACCOUNT", ({ serviceAccounts }) => serviceAccounts.values()],
    user: ["USER_ACCOUNT", ({ users }) => users.values()],
} as const satisfies Record<string, readonly [AppliedQuota["scope"], (cloud: Cloud) => { id: string }[]]>;

/** /service-quota/v1/applied-quotas. Usage is counted on each request, without seeded resources. */
export function appliedQuotaRoutes(cloud: Cloud): Route[] {
    const quotas = (): AppliedQuota[] =>
        (Object.keys(usage) as QuotaCode[]).flatMap((id) => {
            const [scope, subjects] = scopes[id.replace(/.*\.per_/, "") as keyof typeof scopes];
            return subjects(cloud).map((subject) => ({ id, scope, of: subject.id }));
        });
    return resourceRoutes<AppliedQuota>(cloud, {
        path: "/service-quota/v1/applied-quotas",
        kind: "AppliedQuota",
        pages: { default: 10, max: 200 },
        list(request) {
            const scope = requiredParameter(request, "scope").toUpperCase();
            const code = queryParameter(request, "id");
            const environment = queryParameter(request, "environment");
            return numbered(
                quotas().filter(
                    ({ id, of, ...quota }) =>
                        quota.scope === scope &&
                        (code === undefined || id === code) &&
                        (environment === undefined || of === environment),
                ),
            );
        },
        find(_request, id) {
            const quota = quotas().find((one) => one.id === id);
            if (quota === undefined) throw notFound(`The quota '${id}' does not exist.`);
            return quota;
        },
        crn: ({ id }) => cloud.crn(["applied-quota", id]),
        fields({ id, scope, of }) {
            return {
                scope,
                // `Max cloud API keys per user`
                display_name: `M${id
                    .replace(/^\w+\.m/, "")
                    .replace(/[._]/g, " ")
                    .replace("api", "API")}`,
                default_limit: defaultQuotas[id],
                applied_limit: cloud.quotas[id],
                usage: usage[id](cloud, of),
                organization: {
                    id: cloud.organizationId,
                    related: `${cloud.url}/org/v2/organizations/${cloud.organizationId}`,
                    resource_name: cloud.crn(),
                },
                ...(scope === "ENVIRONMENT" && { environment: environmentReference(cloud, of) }),
                ...(scope.endsWith("ACCOUNT") && { user: userReference(cloud, of) }),
            };
        },
    });
}

function userReference(cloud: Cloud, ownerId: string) {
    const { id, related, resource_name } = ownerReference(cloud, ownerId);
    return { id, related, resource_name };
}
