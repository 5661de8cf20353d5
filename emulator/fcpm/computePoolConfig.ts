import { requireRole } from "../access/authorization";
import type { Cloud } from "../cloud";
import { RequestBody } from "../requestBody";
import type { ApiRequest, ApiResponse, Route } from "../route";

const readers = ["OrganizationAdmin", "FlinkAdmin"];

/** /fcpm/v2/compute-pool-config: the organization's settings for default compute pools. */
export function computePoolConfigRoutes(cloud: Cloud): Route[] {
    const [path, authentication] = ["/fcpm/v2/compute-pool-config", "control"] as const;
    return [
        { method: "GET", path, authentication, handle: (request) => read(cloud, request) },
        { method: "PATCH", path, authentication, handle: (request) => update(cloud, request) },
    ];
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireRole(cloud, request.caller.principalId, readers, cloud.crn());
    return { status: 200, body: configBody(cloud) };
}

function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireRole(cloud, request.caller.principalId, ["OrganizationAdmin"], cloud.crn());
    const body = new RequestBody(request.body);
    const { computePoolConfig: config } = cloud;
    config.defaultPoolEnabled =
        body.optionalBoolean("/spec/default_pool_enabled") ?? config.defaultPoolEnabled;
    config.defaultPoolMaxCfu = body.optionalInteger("/spec/default_pool_max_cfu") ?? config.defaultPoolMaxCfu;
    return { status: 200, body: configBody(cloud) };
}

function configBody(cloud: Cloud) {
    return {
        api_version: "fcpm/v2",
        kind: "OrgComputePoolConfig",
        organization_id: cloud.organizationId,
        spec: {
            default_pool_enabled: cloud.computePoolConfig.defaultPoolEnabled,
            default_pool_max_cfu: cloud.computePoolConfig.defaultPoolMaxCfu,
        },
    };
}
