import { notFound } from "../apiError";
import type { Cloud } from "../cloud";
import { ownerReference } from "../iam/principals";
import { environmentReference } from "../org/environments";
import { numbered } from "../pagination";
import { defaultQuotas, type QuotaCode } from "../quotas";
import { resourceRoutes } from "../resourceRoutes";
import { queryParameter, type Route, requiredParameter } from "../route";
import { quotaRules } from "./quotaUsage";

/** One limit as it applies to the organization, an environment or a principal. */
interface AppliedQuota {
    id: QuotaCode;
    /** The environment or the principal. */
    of: string;
}

/** /service-quota/v1/applied-quotas. Usage is counted on each request, without seeded resources. */
export function appliedQuotaRoutes(cloud: Cloud): Route[] {
    const quotas = (): AppliedQuota[] => {
        const subjects = {
            ORGANIZATION: [{ id: "" }],
            ENVIRONMENT: cloud.environments.values(),
            SERVICE_ACCOUNT: cloud.serviceAccounts.values(),
            USER_ACCOUNT: cloud.users.values(),
        };
        return Object.entries(quotaRules).flatMap(([id, { scope }]) =>
            subjects[scope].map((subject) => ({ id: id as QuotaCode, of: subject.id })),
        );
    };
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
                    ({ id, of }) =>
                        quotaRules[id].scope === scope &&
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
        fields({ id, of }) {
            const { scope, displayName, used } = quotaRules[id];
            return {
                scope,
                display_name: displayName,
                default_limit: defaultQuotas[id],
                applied_limit: cloud.quotas[id],
                usage: used(cloud, of),
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
