import { FLINK_ROLES, holds, requireRole } from "../access/authorization";
import { alreadyExists, invalidFilter, notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { environmentReference } from "../org/environments";
import { listPage } from "../page";
import { requireQuota } from "../quotas";
import { RequestBody } from "../requestBody";
import type { ComputePool } from "../resources";
import { type Answer, type Call, pathParameter, queryParameter, type Route } from "../route";
import type { ComputePoolBody } from "../schemas";
import { findRegion } from "./regions";

/** How long a new pool is PROVISIONING. */
const PROVISIONING_MS = 1000;
const MANAGERS = ["OrganizationAdmin", "EnvironmentAdmin", "FlinkAdmin"];
const DISPLAY_NAME = { pattern: /^(?:[0-9A-Za-z-])[\w.-]{0,63}$/ };
/** What Terraform's `max_cfu = 0`, its way to say unset, becomes. */
const DEFAULT_MAX_CFU = 5;

/** /fcpm/v2/compute-pools. Every read names its environment. */
export function computePoolRoutes(cloud: Cloud): Route[] {
    const path = "/fcpm/v2/compute-pools";
    return [
        { method: "GET", path, authentication: "control", answer: (call) => list(cloud, call) },
        { method: "POST", path, authentication: "control", answer: (call) => create(cloud, call) },
        {
            method: "GET",
            path: `${path}/:id`,
            authentication: "control",
            answer: (call) => {
                const pool = find(cloud, call, requiredEnvironment(call));
                requireRole(cloud, call.caller.principalId, FLINK_ROLES, poolCrn(cloud, pool));
                return { status: 200, body: computePoolBody(cloud, pool) };
            },
        },
        {
            method: "PATCH",
            path: `${path}/:id`,
            authentication: "control",
            answer: (call) => update(cloud, call),
        },
        {
            method: "DELETE",
            path: `${path}/:id`,
            authentication: "control",
            answer: (call) => {
                const pool = find(cloud, call, requiredEnvironment(call));
                requireRole(cloud, call.caller.principalId, MANAGERS, poolCrn(cloud, pool));
                cloud.computePools.delete(pool.id);
                return { status: 204 };
            },
        },
    ];
}

/** `crn://…/environment=env-abc123/flink-region=aws.us-east-1/compute-pool=lfcp-abc123` */
export function poolCrn(cloud: Cloud, pool: ComputePool): string {
    return cloud.crn(
        ["environment", pool.environmentId],
        ["flink-region", pool.regionId],
        ["compute-pool", pool.id],
    );
}

export function poolPhase(cloud: Cloud, pool: ComputePool): "PROVISIONING" | "PROVISIONED" {
    return cloud.now() < pool.createdAt + PROVISIONING_MS ? "PROVISIONING" : "PROVISIONED";
}

function list(cloud: Cloud, call: Call): Answer {
    const environmentId = requiredEnvironment(call);
    const regionName = queryParameter(call, "spec.region")?.toLowerCase();
    return {
        status: 200,
        body: listPage(cloud, call, {
            apiVersion: "fcpm/v2",
            kind: "ComputePoolList",
            entries: cloud.computePools
                .after(0)
                .filter(
                    ({ item }) =>
                        item.environmentId === environmentId &&
                        (regionName === undefined || findRegion(item.regionId)?.regionName === regionName) &&
                        holds(cloud, call.caller.principalId, FLINK_ROLES, poolCrn(cloud, item)),
                ),
            toBody: (pool) => computePoolBody(cloud, pool),
        }),
    };
}

/** 202: the pool is PROVISIONING for a moment. */
function create(cloud: Cloud, call: Call): Answer {
    const body = new RequestBody(call.body);
    const displayName = body.text("/spec/display_name", DISPLAY_NAME);
    const environmentId = body.text("/spec/environment/id");
    const region = findRegion(`${body.text("/spec/cloud")}.${body.text("/spec/region")}`);
    if (!cloud.environments.has(environmentId)) {
        throw body.refusal("/spec/environment", `The environment '${environmentId}' does not exist.`);
    }
    if (region === undefined) {
        throw body.refusal("/spec/region", "There is no such Flink region.");
    }
    requireRole(cloud, call.caller.principalId, MANAGERS, cloud.crn(["environment", environmentId]));
    const siblings = cloud.computePools.values().filter((pool) => pool.environmentId === environmentId);
    const same = siblings.find((pool) => pool.displayName === displayName && pool.regionId === region.id);
    if (same !== undefined) {
        throw alreadyExists(`A compute pool '${displayName}' already exists.`, selfUrl(cloud, same.id));
    }
    requireQuota(cloud.quotas, "flink.max_compute_pools.per_env", siblings.length, 400);
    const now = cloud.now();
    const pool = cloud.computePools.add({
        id: cloud.newId("lfcp", cloud.computePools),
        displayName,
        environmentId,
        regionId: region.id,
        maxCfu: readMaxCfu(body) ?? DEFAULT_MAX_CFU,
        enableAi: body.optionalBoolean("/spec/enable_ai") ?? false,
        defaultPool: body.optionalBoolean("/spec/default_pool") ?? false,
        createdAt: now,
        updatedAt: now,
        seeded: false,
    });
    return {
        status: 202,
        body: computePoolBody(cloud, pool),
        headers: { location: selfUrl(cloud, pool.id) },
    };
}

function update(cloud: Cloud, call: Call): Answer {
    const body = new RequestBody(call.body);
    const pool = find(cloud, call, body.text("/spec/environment/id"));
    requireRole(cloud, call.caller.principalId, MANAGERS, poolCrn(cloud, pool));
    const displayName = body.optionalText("/spec/display_name", DISPLAY_NAME);
    const maxCfu = readMaxCfu(body);
    pool.displayName = displayName ?? pool.displayName;
    pool.maxCfu = maxCfu ?? pool.maxCfu;
    pool.defaultPool = body.optionalBoolean("/spec/default_pool") ?? pool.defaultPool;
    pool.updatedAt = cloud.now();
    return { status: 200, body: computePoolBody(cloud, pool) };
}

function readMaxCfu(body: RequestBody): number | undefined {
    const maxCfu = body.optionalInteger("/spec/max_cfu");
    if (maxCfu === undefined || maxCfu === 0) {
        return undefined;
    }
    if (maxCfu < 5 || maxCfu > 1000) {
        throw body.refusal("/spec/max_cfu", `max_cfu must be 5, 10, 20, 30, 40, 50 or more, got ${maxCfu}.`);
    }
    return maxCfu;
}

function find(cloud: Cloud, call: Call, environmentId: string): ComputePool {
    const id = pathParameter(call, "id");
    const pool = cloud.computePools.get(id);
    if (pool === undefined || pool.environmentId !== environmentId) {
        throw notFound(`The compute pool '${id}' does not exist in '${environmentId}'.`);
    }
    return pool;
}

function requiredEnvironment(call: Call): string {
    const environmentId = queryParameter(call, "environment");
    if (environmentId === undefined) {
        throw invalidFilter("environment is required.", "environment");
    }
    return environmentId;
}

function selfUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/fcpm/v2/compute-pools/${id}`;
}

function computePoolBody(cloud: Cloud, pool: ComputePool): ComputePoolBody {
    const region = findRegion(pool.regionId);
    return {
        api_version: "fcpm/v2",
        kind: "ComputePool",
        id: pool.id,
        metadata: {
            self: selfUrl(cloud, pool.id),
            resource_name: poolCrn(cloud, pool),
            created_at: timestamp(pool.createdAt),
            updated_at: timestamp(pool.updatedAt),
        },
        spec: {
            display_name: pool.displayName,
            cloud: region?.cloud ?? "",
            region: region?.regionName ?? "",
            max_cfu: pool.maxCfu,
            enable_ai: pool.enableAi,
            default_pool: pool.defaultPool,
            environment: environmentReference(cloud, pool.environmentId),
        },
        status: { phase: poolPhase(cloud, pool), current_cfu: 0 },
    };
}
