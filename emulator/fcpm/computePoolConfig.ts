import { requireRole } from "../access/authorization";
import type { Cloud } from "../cloud";
import { RequestBody } from "../requestBody";
import type { Route } from "../route";

const readers = ["OrganizationAdmin", "FlinkAdmin"];

/** /fcpm/v2/compute-pool-config: the organization's settings for default compute pools. */
export function computePoolConfigRoutes(cloud: Cloud): Route[] {
    const { computePoolConfig: config } = cloud;
    const route = { path: "/fcpm/v2/compute-pool-config", authentication: "control" } as const;
    const response = () => ({
        status: 200,
        body: {
            api_version: "fcpm/v2",
            kind: "OrgComputePoolConfig",
            organization_id: cloud.organizationId,
            spec: {
                default_pool_enabled: config.defaultPoolEnabled,
                default_pool_max_cfu: config.defaultPoolMaxCfu,
            },
        },
    });
    return [
        {
            ...route,
            method: "GET",
            handle({ caller }) {
                requireRole(cloud, caller, readers);
                return response();
            },
        },
        {
            ...route,
            method: "PATCH",
            handle(request) {
                requireRole(cloud, request.caller, ["OrganizationAdmin"]);
                const body = new RequestBody(request.body);
                config.defaultPoolEnabled =
                    body.optionalBoolean("/spec/default_pool_enabled") ?? config.defaultPoolEnabled;
                config.defaultPoolMaxCfu =
                    body.optionalInteger("/spec/default_pool_max_cfu") ?? config.defaultPoolMaxCfu;
                return response();
            },
        },
    ];
}
