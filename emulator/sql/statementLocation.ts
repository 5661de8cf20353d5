import { requireRole } from "../access/authorization";
import { ApiError, invalidConfiguration, unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { defaultPool } from "../fcpm/computePools";
import { principalExists } from "../iam/principals";
import type { RequestBody } from "../requestBody";
import type { ApiRequest, Caller } from "../route";
import type { ComputeLocation } from "./catalogs";
import { type DataPlaneScope, requireDataPlaneAccess } from "./statementAccess";

/** The principal that a statement runs as exists. To run it as another principal, the caller must be its Assigner or OrganizationAdmin. */
export function requireRunAsPrincipal(cloud: Cloud, caller: Caller, principalId: string): void {
    if (!principalExists(cloud, principalId))
        throw invalidConfiguration(`The principal '${principalId}' does not exist.`, "/spec/principal");
    if (caller.principalId === principalId) return;
    const account = cloud.crn(["service-account", principalId]);
    requireRole(cloud, caller, ["Assigner", "OrganizationAdmin"], account);
}

/** The id of the pool that the request names, or of the default pool. */
export function requirePool(
    cloud: Cloud,
    body: RequestBody,
    { environmentId, regionId, computePoolId }: ComputeLocation,
): string {
    if (computePoolId !== "") return computePoolId;
    const pool = defaultPool(cloud, environmentId, regionId);
    if (pool !== undefined) return pool.id;
    throw body.invalidProperty(
        "/spec/compute_pool_id",
        "A compute pool is required: this organization has turned default compute pools off.",
    );
}

/** Where the request wants what runs at `present` to run. */
export function readNewLocation(
    cloud: Cloud,
    body: RequestBody,
    request: ApiRequest,
    present: ComputeLocation,
): ComputeLocation {
    const computePoolId = body.optionalText("/spec/compute_pool_id") ?? present.computePoolId;
    if (computePoolId === present.computePoolId) return present;
    return readComputeLocation(cloud, body, requireDataPlaneAccess(cloud, request));
}

/** Where the request wants to run. `computePoolId` is empty if it names no pool. */
export function readComputeLocation(
    cloud: Cloud,
    body: RequestBody,
    { environmentId, regionId }: DataPlaneScope,
): ComputeLocation {
    const computePoolId = body.optionalText("/spec/compute_pool_id", { maxLength: 255 });
    if (computePoolId === undefined) {
        if (regionId === undefined) {
            throw body.invalidProperty(
                "/spec/compute_pool_id",
                `Without a compute pool the region is not known: the credentials are not a Flink API key. Name a pool, or use the endpoint of a region, such as ${cloud.flinkUrl("aws.us-east-1")}.`,
            );
        }
        return { environmentId, regionId, computePoolId: "" };
    }
    const pool = cloud.computePools.get(computePoolId);
    if (pool === undefined || pool.environmentId !== environmentId) {
        throw body.invalidProperty(
            "/spec/compute_pool_id",
            `The compute pool '${computePoolId}' does not exist in '${environmentId}'.`,
        );
    }
    if (regionId !== undefined && pool.regionId !== regionId) {
        throw unauthorized(
            `The API key is for '${regionId}', the compute pool '${pool.id}' is in '${pool.regionId}'.`,
        );
    }
    return { environmentId, regionId: pool.regionId, computePoolId };
}

/** A 409 if the request is about another version of the resource. */
export function requireResourceVersion(body: RequestBody, what: string, present: number): void {
    const version = body.optionalText("/metadata/resource_version");
    if (version === undefined || version === String(present)) return;
    const detail = `The ${what} has the resource version ${present}, the request has ${version}.`;
    const pointer = "/metadata/resource_version";
    throw new ApiError(409, "resource_version_conflict", "Conflict", detail, { pointer });
}
