import { flinkRoles, hasRole, requireRole } from "../access/authorization";
import { alreadyExists, invalidFilter, notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { environmentReference } from "../org/environments";
import { listPage } from "../pagination";
import { requireQuota } from "../quotas";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { ComputePool } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, queryParameter, type Route } from "../route";
import { findRegion } from "./regions";

/** How long a new pool is PROVISIONING. */
const provisioningMs = 1000;
const managers = ["OrganizationAdmin", "EnvironmentAdmin", "FlinkAdmin"];
const displayNameRule = { pattern: /^(?:[0-9A-Za-z-])[\w.-]{0,63}$/ };
/** Used for `max_cfu` 0, which Terraform sends for an unset value. */
const defaultMaxCfu = 5;

/** /fcpm/v2/compute-pools. GET and DELETE need the query parameter `environment`. */
export function computePoolRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, "/fcpm/v2/compute-pools", { list, create, read, update, remove });
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    const pool = find(cloud, request, requiredEnvironment(request));
    requireRole(cloud, request.caller.principalId, flinkRoles, poolCrn(cloud, pool));
    return { status: 200, body: computePoolBody(cloud, pool) };
}

function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    const pool = find(cloud, request, requiredEnvironment(request));
    requireRole(cloud, request.caller.principalId, managers, poolCrn(cloud, pool));
    cloud.computePools.delete(pool.id);
    return { status: 204 };
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
    return cloud.now() < pool.createdAt + provisioningMs ? "PROVISIONING" : "PROVISIONED";
}

/**
 * The default pool of an environment and region, where statements that name no pool run. The first of them creates it. It does not
 * count as a pool of the quota. Undefined if the organization has turned default pools off.
 */
export function defaultPool(cloud: Cloud, environmentId: string, regionId: string): ComputePool | undefined {
    const { defaultPoolEnabled, defaultPoolMaxCfu } = cloud.computePoolConfig;
    if (!defaultPoolEnabled) return undefined;
    const existing = cloud.computePools.find(
        (pool) => pool.defaultPool && pool.environmentId === environmentId && pool.regionId === regionId,
    );
    const now = cloud.now();
    return (
        existing ??
        cloud.computePools.add({
            id: cloud.newId("lfcp", cloud.computePools),
            displayName: "default",
            environmentId,
            regionId,
            maxCfu: defaultPoolMaxCfu,
            enableAi: false,
            defaultPool: true,
            createdAt: now,
            updatedAt: now,
            seeded: false,
        })
    );
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    const environmentId = requiredEnvironment(request);
    const regionName = queryParameter(request, "spec.region")?.toLowerCase();
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "fcpm/v2",
            kind: "ComputePoolList",
            entries: cloud.computePools
                .after(0)
                .filter(
                    ({ item }) =>
                        item.environmentId === environmentId &&
                        (regionName === undefined || findRegion(item.regionId)?.regionName === regionName) &&
                        hasRole(cloud, request.caller.principalId, flinkRoles, poolCrn(cloud, item)),
                ),
            toBody: (pool) => computePoolBody(cloud, pool),
        }),
    };
}

/** 202: the pool is PROVISIONING first. */
function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    const body = new RequestBody(request.body);
    const displayName = body.text("/spec/display_name", displayNameRule);
    const environmentId = body.text("/spec/environment/id");
    const region = findRegion(`${body.text("/spec/cloud")}.${body.text("/spec/region")}`);
    if (!cloud.environments.has(environmentId)) {
        throw body.invalidProperty("/spec/environment", `The environment '${environmentId}' does not exist.`);
    }
    if (region === undefined) throw body.invalidProperty("/spec/region", "There is no such Flink region.");
    requireRole(cloud, request.caller.principalId, managers, cloud.crn(["environment", environmentId]));
    const siblings = cloud.computePools.values().filter((pool) => pool.environmentId === environmentId);
    const same = siblings.find((pool) => pool.displayName === displayName && pool.regionId === region.id);
    if (same !== undefined) {
        throw alreadyExists(`A compute pool '${displayName}' already exists.`, selfUrl(cloud, same.id));
    }
    requireQuota(
        cloud.quotas,
        "flink.max_compute_pools.per_env",
        siblings.filter((pool) => !pool.defaultPool).length,
        400,
    );
    const now = cloud.now();
    const pool = cloud.computePools.add({
        id: cloud.newId("lfcp", cloud.computePools),
        displayName,
        environmentId,
        regionId: region.id,
        maxCfu: readMaxCfu(body) ?? defaultMaxCfu,
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

function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    const body = new RequestBody(request.body);
    const pool = find(cloud, request, body.text("/spec/environment/id"));
    requireRole(cloud, request.caller.principalId, managers, poolCrn(cloud, pool));
    const displayName = body.optionalText("/spec/display_name", displayNameRule);
    const maxCfu = readMaxCfu(body);
    pool.displayName = displayName ?? pool.displayName;
    pool.maxCfu = maxCfu ?? pool.maxCfu;
    pool.defaultPool = body.optionalBoolean("/spec/default_pool") ?? pool.defaultPool;
    pool.updatedAt = cloud.now();
    return { status: 200, body: computePoolBody(cloud, pool) };
}

function readMaxCfu(body: RequestBody): number | undefined {
    const maxCfu = body.optionalInteger("/spec/max_cfu");
    if (maxCfu === undefined || maxCfu === 0) return undefined;
    if (maxCfu < 5 || maxCfu > 1000) {
        throw body.invalidProperty(
            "/spec/max_cfu",
            `max_cfu must be 5, 10, 20, 30, 40, 50 or more, got ${maxCfu}.`,
        );
    }
    return maxCfu;
}

function find(cloud: Cloud, request: ApiRequest, environmentId: string): ComputePool {
    const id = pathParameter(request, "id");
    const pool = cloud.computePools.get(id);
    if (pool === undefined || pool.environmentId !== environmentId) {
        throw notFound(`The compute pool '${id}' does not exist in '${environmentId}'.`);
    }
    return pool;
}

function requiredEnvironment(request: ApiRequest): string {
    const environmentId = queryParameter(request, "environment");
    if (environmentId === undefined) throw invalidFilter("environment is required.", "environment");
    return environmentId;
}

function selfUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/fcpm/v2/compute-pools/${id}`;
}

function computePoolBody(cloud: Cloud, pool: ComputePool) {
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
