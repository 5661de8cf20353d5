import { requireRole } from "../access/authorization";
import type { Cloud } from "../cloud";
import { RequestBody } from "../requestBody";
import { bodyRoute, type Route } from "../route";

const readers = ["OrganizationAdmin", "FlinkAdmin"];

/** /fcpm/v2/compute-pool-config: the organization's settings for default compute pools. */
export function computePoolConfigRoutes(cloud: Cloud): Route[] {
    const { computePoolConfig: config } = cloud;
    const path = "/fcpm/v2/compute-pool-config";
    const body = () => ({
        api_version: "fcpm/v2",
        kind: "OrgComputePoolConfig",
        organization_id: cloud.organizationId,
        spec: {
            default_pool_enabled: config.defaultPoolEnabled,
            default_pool_max_cfu: config.defaultPoolMaxCfu,
        },
    });
    return [
        bodyRoute("GET", path, "control", ({ caller }) => {
            requireRole(cloud, caller, readers);
            return body();
        }),
        bodyRoute("PATCH", path, "control", (request) => {
            requireRole(cloud, request.caller, ["OrganizationAdmin"]);
            const sent = new RequestBody(request.body);
            const isEnabled = sent.optionalBoolean("/spec/default_pool_enabled");
            config.defaultPoolEnabled = isEnabled ?? config.defaultPoolEnabled;
            const maxCfu = sent.optionalInteger("/spec/default_pool_max_cfu");
            config.defaultPoolMaxCfu = maxCfu ?? config.defaultPoolMaxCfu;
            return body();
        }),
    ];
}
