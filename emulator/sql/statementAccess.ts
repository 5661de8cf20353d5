import { flinkRoles, grantsIn, hasRole, requireRole } from "../access/authorization";
import { notFound, unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { matchesPattern, segmentId } from "../crn";
import type { Statement } from "../resources";
import { type ApiRequest, type Caller, pathParameter } from "../route";
import type { ComputeLocation } from "./catalogs";
import type { TableReferences } from "./tableReferences";

/** The environment and region that a data-plane request is for. */
export interface DataPlaneScope {
    environmentId: string;
    /**
     * The region of the Flink key or of the endpoint. Undefined for a Global key or token at the emulator's bare URL: they are valid in
     * every region.
     */
    regionId: string | undefined;
}

/** Whether something in this environment and region is in the scope. */
export function isInScope(scope: DataPlaneScope, { environmentId, regionId }: DataPlaneScope): boolean {
    const isSameRegion =
        scope.regionId === undefined || regionId === undefined || scope.regionId === regionId;
    return scope.environmentId === environmentId && isSameRegion;
}

const admins = ["OrganizationAdmin", "EnvironmentAdmin"];

/**
 * Checks the environment and region of an authenticated caller: 404 for another organization, 403 for another environment, 403
 * without a Flink role in this environment and region. A role on one compute pool is enough.
 */
export function requireDataPlaneAccess(cloud: Cloud, request: ApiRequest): DataPlaneScope {
    if (pathParameter(request, "organization_id") !== cloud.organizationId)
        throw notFound("The organization does not exist.");
    const environmentId = pathParameter(request, "environment_id");
    const scope = request.caller.apiKey?.scope;
    const regionId = scope?.kind === "flink" ? scope.regionId : request.regionId;
    if (
        !cloud.environments.has(environmentId) ||
        (scope?.kind === "flink" && scope.environmentId !== environmentId)
    )
        throw unauthorized(`The credentials are not valid for the environment '${environmentId}'.`);
    if (!hasFlinkRoleIn(cloud, request.caller.principalId, environmentId, regionId)) {
        throw unauthorized(
            `The principal 'User:${request.caller.principalId}' needs one of the roles ${flinkRoles.join(", ")} in '${environmentId}'.`,
        );
    }
    return { environmentId, regionId };
}

/** Whether a principal has a Flink role that applies in this environment and, if one is given, in this region. */
export function hasFlinkRoleIn(
    cloud: Cloud,
    principalId: string,
    environmentId: string,
    regionId: string | undefined,
): boolean {
    return grantsIn(cloud, principalId, environmentId).some(({ roleName, scope }) => {
        const region = segmentId(scope, "flink-region") ?? regionId;
        return flinkRoles.some((role) => role === roleName) && (regionId ?? region) === region;
    });
}

export function hasFlinkRoleAt(cloud: Cloud, principalId: string, location: ComputeLocation): boolean {
    return hasRole(cloud, principalId, flinkRoles, cloud.flinkCrn(location));
}

export function requireFlinkRoleAt(cloud: Cloud, caller: Caller, location: ComputeLocation): void {
    requireRole(cloud, caller, flinkRoles, cloud.flinkCrn(location));
}

/**
 * Only its submitter, the principal that it runs as, and administrators see a statement. With FlinkDeveloper alone, nobody sees those of
 * others.
 */
export function seesStatement(cloud: Cloud, callerId: string, statement: Statement): boolean {
    return (
        callerId === statement.submitterId ||
        callerId === statement.principalId ||
        hasRole(cloud, callerId, [...admins, "FlinkAdmin"], cloud.flinkCrn(statement))
    );
}

/**
 * The principal that a statement runs as needs DeveloperRead on the topics that it reads, DeveloperWrite on those that it
 * writes, and DeveloperManage on those that it creates, alters or drops; and the first two on the transactional ids
 * `_confluent-flink_*`. Confluent requires these for every statement; the emulator has no Kafka and requires them only for
 * statements that use a table. ResourceOwner includes all three. A role in any cluster of the environment counts, and roles on
 * subjects are not checked.
 */
export function requireTopicAccess(
    cloud: Cloud,
    { environmentId, principalId }: { environmentId: string; principalId: string },
    { touchesTopics, tables }: { touchesTopics: boolean; tables: TableReferences },
): void {
    if (hasRole(cloud, principalId, admins, cloud.crn(["environment", environmentId]))) return;
    const transactions = touchesTopics ? ["_confluent-flink_*"] : [];
    const needed = [
        { role: "DeveloperRead", kind: "transactional-id", names: transactions },
        { role: "DeveloperWrite", kind: "transactional-id", names: transactions },
        { role: "DeveloperRead", kind: "topic", names: tables.read },
        { role: "DeveloperWrite", kind: "topic", names: tables.write },
        { role: "DeveloperManage", kind: "topic", names: tables.manage },
    ];
    const grants = grantsIn(cloud, principalId, environmentId);
    for (const { role, kind, names } of needed) {
        const patterns = grants
            .filter(({ roleName }) => roleName === role || roleName === "ResourceOwner")
            .map(({ scope }) => segmentId(scope, kind) ?? "");
        const missing = names.find((name) => !patterns.some((pattern) => matchesPattern(name, pattern)));
        if (missing === undefined) continue;
        const what = `${kind === "topic" ? "topic" : "transactional ids"} '${missing}'`;
        throw unauthorized(
            `The principal 'User:${principalId}' needs the role ${role} on the ${what} in '${environmentId}'.`,
        );
    }
}
