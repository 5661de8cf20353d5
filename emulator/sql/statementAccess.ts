import { FLINK_ROLES, grantsOf, holds, requireRole } from "../access/authorization";
import { notFound, unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { covers, parseCrn, segmentId } from "../crn";
import type { Workplace } from "../resources";
import { type Call, pathParameter } from "../route";
import type { Tables } from "./tables";

/** Where on the data plane a request is. */
export interface Place {
    environmentId: string;
    /** The region of the Flink key; undefined for a global key and an external token, which open every region. */
    regionId: string | undefined;
}

const ADMINS = ["OrganizationAdmin", "EnvironmentAdmin"];

/**
 * Lets a known key in: 404 for another organization, 403 for another environment, 403 without any Flink role
 * that reaches into this environment and region. A role on one pool is enough to get in.
 */
export function enterDataPlane(cloud: Cloud, call: Call): Place {
    if (pathParameter(call, "organization_id") !== cloud.organizationId) {
        throw notFound("The organization does not exist.");
    }
    const environmentId = pathParameter(call, "environment_id");
    const scope = call.caller.apiKey?.scope;
    const regionId = scope?.kind === "flink" ? scope.regionId : undefined;
    if (
        !cloud.environments.has(environmentId) ||
        (scope?.kind === "flink" && scope.environmentId !== environmentId)
    ) {
        throw unauthorized(`The credentials are not valid for the environment '${environmentId}'.`);
    }
    if (!worksIn(cloud, call.caller.principalId, environmentId, regionId)) {
        throw unauthorized(
            `The principal 'User:${call.caller.principalId}' needs one of the roles ${FLINK_ROLES.join(", ")} in '${environmentId}'.`,
        );
    }
    return { environmentId, regionId };
}

/** Whether a principal has a Flink role that reaches into this environment and, when given, this region. */
export function worksIn(
    cloud: Cloud,
    principalId: string,
    environmentId: string,
    regionId: string | undefined,
): boolean {
    const environment = parseCrn(cloud.crn(["environment", environmentId]));
    return grantsOf(cloud, principalId).some(
        ({ roleName, scope }) =>
            FLINK_ROLES.some((role) => role === roleName) &&
            environment !== undefined &&
            (covers(scope, environment) ||
                (segmentId(scope, "environment") === environmentId &&
                    (regionId === undefined || segmentId(scope, "flink-region") === regionId))),
    );
}

export function mayUse(cloud: Cloud, principalId: string, workplace: Workplace): boolean {
    return holds(cloud, principalId, FLINK_ROLES, workplaceCrn(cloud, workplace));
}

export function requireUse(cloud: Cloud, principalId: string, workplace: Workplace): void {
    requireRole(cloud, principalId, FLINK_ROLES, workplaceCrn(cloud, workplace));
}

/** To run a statement as another principal, one is its Assigner, or admin of the organization. */
export function requireRunAs(cloud: Cloud, callerId: string, runnerId: string): void {
    if (callerId !== runnerId) {
        const account = cloud.crn(["service-account", runnerId]);
        requireRole(cloud, callerId, ["Assigner", "OrganizationAdmin"], account);
    }
}

/**
 * The principal a statement runs as needs DeveloperRead and DeveloperWrite on the transactional ids
 * `_confluent-flink_*`. Confluent asks it of every statement; the emulator, which has no Kafka, only of those
 * that name a table.
 */
export function requireKafkaAccess(cloud: Cloud, runnerId: string, environmentId: string): void {
    if (holds(cloud, runnerId, ADMINS, cloud.crn(["environment", environmentId]))) {
        return;
    }
    for (const role of ["DeveloperRead", "DeveloperWrite"]) {
        const hasRole = grantsOf(cloud, runnerId).some(
            ({ roleName, scope }) =>
                (roleName === role || roleName === "ResourceOwner") &&
                segmentId(scope, "environment") === environmentId &&
                segmentId(scope, "transactional-id")?.startsWith("_confluent-flink_") === true,
        );
        if (!hasRole) {
            throw unauthorized(
                `The principal 'User:${runnerId}' needs the role ${role} on the transactional ids '_confluent-flink_*' in '${environmentId}'.`,
            );
        }
    }
}

/**
 * The principal a statement runs as needs DeveloperRead on the topics it reads, DeveloperWrite on those it writes and
 * DeveloperManage on those it creates, alters or drops; ResourceOwner stands for all three. There are no clusters here,
 * so a grant in any cluster of the environment counts, and rights on subjects are not looked at.
 */
export function requireTopicAccess(
    cloud: Cloud,
    runnerId: string,
    environmentId: string,
    tables: Tables,
): void {
    if (holds(cloud, runnerId, ADMINS, cloud.crn(["environment", environmentId]))) {
        return;
    }
    const rights: readonly (readonly [string, readonly string[]])[] = [
        ["DeveloperRead", tables.read],
        ["DeveloperWrite", tables.write],
        ["DeveloperManage", tables.manage],
    ];
    for (const [role, topics] of rights) {
        const topic = topics.find((name) => !holdsOnTopic(cloud, runnerId, environmentId, role, name));
        if (topic !== undefined) {
            throw unauthorized(
                `The principal 'User:${runnerId}' needs the role ${role} on the topic '${topic}' in '${environmentId}'.`,
            );
        }
    }
}

function holdsOnTopic(
    cloud: Cloud,
    runnerId: string,
    environmentId: string,
    role: string,
    topic: string,
): boolean {
    return grantsOf(cloud, runnerId).some(({ roleName, scope }) => {
        const pattern = segmentId(scope, "topic");
        return (
            (roleName === role || roleName === "ResourceOwner") &&
            segmentId(scope, "environment") === environmentId &&
            pattern !== undefined &&
            (pattern.endsWith("*") ? topic.startsWith(pattern.slice(0, -1)) : topic === pattern)
        );
    });
}

function workplaceCrn(cloud: Cloud, { environmentId, regionId, computePoolId }: Workplace): string {
    const region: [string, string][] = [
        ["environment", environmentId],
        ["flink-region", regionId],
    ];
    return computePoolId === ""
        ? cloud.crn(...region)
        : cloud.crn(...region, ["compute-pool", computePoolId]);
}
