import { requireRole } from "../access/authorization";
import type { Cloud } from "../cloud";
import { RequestBody } from "../requestBody";
import type { ApiRequest, Route } from "../route";
import type { ComputePoolConfigBody } from "../schemas";

const readers = ["OrganizationAdmin", "FlinkAdmin"];

/** /fcpm/v2/compute-pool-config: the organization's settings for default compute pools. */
export function computePoolConfigRoutes(cloud: Cloud): Route[] {
    const path = "/fcpm/v2/compute-pool-config";
    return [
        {
            method: "GET",
            path,
            authentication: "control",
            handle: (request) => {
                requireRole(cloud, request.caller.principalId, readers, cloud.crn());
                return { status: 200, body: configBody(cloud) };
            },
        },
        {
            method: "PATCH",
            path,
            authentication: "control",
            handle: (request) => ({ status: 200, body: update(cloud, request) }),
        },
    ];
}

function update(cloud: Cloud, request: ApiRequest): ComputePoolConfigBody {
    requireRole(cloud, request.caller.principalId, ["OrganizationAdmin"], cloud.crn());
    const body = new RequestBody(request.body);
    const { computePoolConfig: config } = cloud;
    config.defaultPoolEnabled =
        body.optionalBoolean("/spec/default_pool_enabled") ?? config.defaultPoolEnabled;
    config.defaultPoolMaxCfu = body.optionalInteger("/spec/default_pool_max_cfu") ?? config.defaultPoolMaxCfu;
    return configBody(cloud);
}

function configBody(cloud: Cloud): ComputePoolConfigBody {
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
