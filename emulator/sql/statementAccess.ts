import { flinkRoles, grantsOf, hasRole, requireRole } from "../access/authorization";
import { notFound, unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { covers, parseCrn, segmentId } from "../crn";
import type { ComputeLocation, Statement } from "../resources";
import { type ApiRequest, type Caller, pathParameter } from "../route";
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
    const environment = parseCrn(cloud.crn(["environment", environmentId]));
    return grantsOf(cloud, principalId).some(
        ({ roleName, scope }) =>
            flinkRoles.some((role) => role === roleName) &&
            environment !== undefined &&
            (covers(scope, environment) ||
                (segmentId(scope, "environment") === environmentId &&
                    (regionId === undefined || segmentId(scope, "flink-region") === regionId))),
    );
}

export function hasFlinkRoleAt(cloud: Cloud, principalId: string, location: ComputeLocation): boolean {
    return hasRole(cloud, principalId, flinkRoles, locationCrn(cloud, location));
}

export function requireFlinkRoleAt(cloud: Cloud, caller: Caller, location: ComputeLocation): void {
    requireRole(cloud, caller, flinkRoles, locationCrn(cloud, location));
}

/**
 * Only its submitter, the principal that it runs as, and administrators see a statement. With FlinkDeveloper alone, nobody sees those of
 * others.
 */
export function seesStatement(cloud: Cloud, callerId: string, statement: Statement): boolean {
    return (
        callerId === statement.submitterId ||
        callerId === statement.principalId ||
        hasRole(cloud, callerId, [...admins, "FlinkAdmin"], locationCrn(cloud, statement))
    );
}

/** To run a statement as another principal, the caller must be its Assigner or OrganizationAdmin. */
export function requireRunAs(cloud: Cloud, caller: Caller, runnerId: string): void {
    if (caller.principalId !== runnerId) {
        const account = cloud.crn(["service-account", runnerId]);
        requireRole(cloud, caller, ["Assigner", "OrganizationAdmin"], account);
    }
}

/**
 * The principal that a statement runs as needs DeveloperRead and DeveloperWrite on the transactional ids
 * `_confluent-flink_*`. Confluent requires this for every statement; the emulator has no Kafka and requires it only for
 * statements that name a table.
 */
export function requireKafkaAccess(cloud: Cloud, runnerId: string, environmentId: string): void {
    if (hasRole(cloud, runnerId, admins, cloud.crn(["environment", environmentId]))) return;
    for (const role of ["DeveloperRead", "DeveloperWrite"]) {
        const isGranted = hasRoleOn(cloud, runnerId, environmentId, role, "transactional-id", (pattern) =>
            pattern.startsWith("_confluent-flink_"),
        );
        if (!isGranted) {
            throw unauthorized(
                `The principal 'User:${runnerId}' needs the role ${role} on the transactional ids '_confluent-flink_*' in '${environmentId}'.`,
            );
        }
    }
}

/**
 * The principal that a statement runs as needs DeveloperRead on the topics that it reads, DeveloperWrite on those that it
 * writes, and DeveloperManage on those that it creates, alters or drops. ResourceOwner includes all three. A role in any
 * cluster of the environment counts, and roles on subjects are not checked.
 */
export function requireTopicAccess(
    cloud: Cloud,
    runnerId: string,
    environmentId: string,
    tables: TableReferences,
): void {
    if (hasRole(cloud, runnerId, admins, cloud.crn(["environment", environmentId]))) return;
    const rights: readonly (readonly [string, readonly string[]])[] = [
        ["DeveloperRead", tables.read],
        ["DeveloperWrite", tables.write],
        ["DeveloperManage", tables.manage],
    ];
    for (const [role, topics] of rights) {
        const topic = topics.find(
            (name) =>
                !hasRoleOn(cloud, runnerId, environmentId, role, "topic", (pattern) =>
                    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
                ),
        );
        if (topic !== undefined) {
            throw unauthorized(
                `The principal 'User:${runnerId}' needs the role ${role} on the topic '${topic}' in '${environmentId}'.`,
            );
        }
    }
}

/** Whether a role, or ResourceOwner, is bound in the environment at a resource of this kind whose pattern matches. */
function hasRoleOn(
    cloud: Cloud,
    runnerId: string,
    environmentId: string,
    role: string,
    kind: string,
    matches: (pattern: string) => boolean,
): boolean {
    return grantsOf(cloud, runnerId).some(({ roleName, scope }) => {
        const pattern = segmentId(scope, kind);
        return (
            (roleName === role || roleName === "ResourceOwner") &&
            segmentId(scope, "environment") === environmentId &&
            pattern !== undefined &&
            matches(pattern)
        );
    });
}

function locationCrn(cloud: Cloud, { environmentId, regionId, computePoolId }: ComputeLocation): string {
    const region: [string, string][] = [
        ["environment", environmentId],
        ["flink-region", regionId],
    ];
    return computePoolId === ""
        ? cloud.crn(...region)
        : cloud.crn(...region, ["compute-pool", computePoolId]);
}
