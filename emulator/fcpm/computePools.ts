import { flinkRoles, hasRole, requireRole } from "../access/authorization";
import { notFound, requireNoOther } from "../apiError";
import type { Cloud } from "../cloud";
import { environmentReference } from "../org/environments";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { ComputePool } from "../resources";
import { queryParameter, type Route, requiredParameter } from "../route";
import { requireQuota } from "../serviceQuota/quotaUsage";
import { findRegion } from "./regions";

const path = "/fcpm/v2/compute-pools";
/** How long a new pool is PROVISIONING. */
const provisioningMs = 1000;
const managers = ["OrganizationAdmin", "EnvironmentAdmin", "FlinkAdmin"];
const displayNameRule = { pattern: /^(?:[0-9A-Za-z-])[\w.-]{0,63}$/ };
/** Used for `max_cfu` 0, which Terraform sends for an unset value. */
const defaultMaxCfu = 5;

/** /fcpm/v2/compute-pools. GET and DELETE need the query parameter `environment`. */
export function computePoolRoutes(cloud: Cloud): Route[] {
    const crnOf = (pool: ComputePool): string => cloud.flinkCrn({ ...pool, computePoolId: pool.id });
    return resourceRoutes<ComputePool>(cloud, {
        path,
        kind: "ComputePool",
        /** 202: the pool is PROVISIONING first. */
        created: 202,
        list(request) {
            const environmentId = requiredParameter(request, "environment");
            const regionName = queryParameter(request, "spec.region")?.toLowerCase();
            return cloud.computePools.entries(
                (pool) =>
                    pool.environmentId === environmentId &&
                    (regionName === undefined || findRegion(pool.regionId)?.regionName === regionName) &&
                    hasRole(cloud, request.caller.principalId, flinkRoles, crnOf(pool)),
            );
        },
        find(request, id) {
            const environmentId =
                request.method === "PATCH"
                    ? new RequestBody(request.body).text("/spec/environment/id")
                    : requiredParameter(request, "environment");
            const pool = cloud.computePools.get(id);
            if (pool?.environmentId !== environmentId)
                throw notFound(`The compute pool '${id}' does not exist in '${environmentId}'.`);
            const roles = request.method === "GET" ? flinkRoles : managers;
            requireRole(cloud, request.caller, roles, crnOf(pool));
            return pool;
        },
        create(body, { caller }) {
            const displayName = body.text("/spec/display_name", displayNameRule);
            const environmentId = body.text("/spec/environment/id");
            const region = findRegion(`${body.text("/spec/cloud")}.${body.text("/spec/region")}`);
            if (!cloud.environments.has(environmentId)) {
                const detail = `The environment '${environmentId}' does not exist.`;
                throw body.invalidProperty("/spec/environment", detail);
            }
            if (region === undefined)
                throw body.invalidProperty("/spec/region", "There is no such Flink region.");
            requireRole(cloud, caller, managers, cloud.crn(["environment", environmentId]));
            requireNoOther(
                cloud.computePools.find(
                    (pool) =>
                        pool.environmentId === environmentId &&
                        pool.displayName === displayName &&
                        pool.regionId === region.id,
                ),
                `A compute pool '${displayName}' already exists.`,
                `${cloud.url}${path}`,
            );
            requireQuota(cloud, "flink.max_compute_pools.per_env", environmentId, 400);
            return cloud.computePools.add({
                id: cloud.newId("lfcp", cloud.computePools),
                displayName,
                environmentId,
                regionId: region.id,
                maxCfu: readMaxCfu(body) ?? defaultMaxCfu,
                enableAi: body.optionalBoolean("/spec/enable_ai") ?? false,
                defaultPool: body.optionalBoolean("/spec/default_pool") ?? false,
                ...cloud.madeNow(),
            });
        },
        update(pool, body) {
            Object.assign(pool, {
                displayName: body.optionalText("/spec/display_name", displayNameRule) ?? pool.displayName,
                maxCfu: readMaxCfu(body) ?? pool.maxCfu,
                defaultPool: body.optionalBoolean("/spec/default_pool") ?? pool.defaultPool,
                updatedAt: cloud.now(),
            });
        },
        remove: ({ id }) => cloud.computePools.delete(id),
        crn: crnOf,
        fields(pool) {
            const region = findRegion(pool.regionId);
            return {
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
        },
    });
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
            ...cloud.madeNow(),
        })
    );
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
