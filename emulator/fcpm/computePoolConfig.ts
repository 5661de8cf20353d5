import { requireRole } from "../access/authorization";
import type { Cloud } from "../cloud";
import { RequestBody } from "../requestBody";
import type { Call, Route } from "../route";
import type { ComputePoolConfigBody } from "../schemas";

const READERS = ["OrganizationAdmin", "FlinkAdmin"];

/** /fcpm/v2/compute-pool-config: the organization's settings of default compute pools. Stored: no pool is made by them. */
export function computePoolConfigRoutes(cloud: Cloud): Route[] {
    const path = "/fcpm/v2/compute-pool-config";
    return [
        {
            method: "GET",
            path,
            authentication: "control",
            answer: (call) => {
                requireRole(cloud, call.caller.principalId, READERS, cloud.crn());
                return { status: 200, body: configBody(cloud) };
            },
        },
        {
            method: "PATCH",
            path,
            authentication: "control",
            answer: (call) => ({ status: 200, body: update(cloud, call) }),
        },
    ];
}

function update(cloud: Cloud, call: Call): ComputePoolConfigBody {
    requireRole(cloud, call.caller.principalId, ["OrganizationAdmin"], cloud.crn());
    const body = new RequestBody(call.body);
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
