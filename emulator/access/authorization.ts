import { unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { type Crn, covers, parseCrn, segmentId } from "../crn";
import type { Caller } from "../route";

/** The roles that allow Flink statements, the least powerful last. */
export const flinkRoles = ["OrganizationAdmin", "EnvironmentAdmin", "FlinkAdmin", "FlinkDeveloper"] as const;

export interface Grant {
    roleName: string;
    scope: Crn;
}

/** The roles of a principal whose bindings have propagated. */
function grantsOf(cloud: Cloud, principalId: string): Grant[] {
    return cloud.roleBindings
        .values()
        .filter((binding) => binding.principalId === principalId && binding.effectiveAt <= cloud.now())
        .flatMap(({ roleName, crnPattern }) => {
            const scope = parseCrn(crnPattern);
            return scope === undefined ? [] : [{ roleName, scope }];
        });
}

/** The roles of a principal on the organization, on the environment, or on something in it. */
export function grantsIn(cloud: Cloud, principalId: string, environmentId: string): Grant[] {
    const environment = parseCrn(cloud.crn(["environment", environmentId])) ?? [];
    return grantsOf(cloud, principalId).filter(
        ({ scope }) => covers(scope, environment) || segmentId(scope, "environment") === environmentId,
    );
}

/** Whether the principal has one of the roles on the resource `crn`. */
export function hasRole(cloud: Cloud, principalId: string, roles: readonly string[], crn: string): boolean {
    const target = parseCrn(crn);
    return (
        target !== undefined &&
        grantsOf(cloud, principalId).some(
            (grant) => roles.includes(grant.roleName) && covers(grant.scope, target),
        )
    );
}

/** Throws a 403 unless the caller has one of the roles on the resource `crn`: by default on the organization. */
export function requireRole(
    cloud: Cloud,
    { principalId }: Caller,
    roles: readonly string[],
    crn = cloud.crn(),
): void {
    if (!hasRole(cloud, principalId, roles, crn)) {
        throw unauthorized(
            `The principal 'User:${principalId}' needs one of the roles ${roles.join(", ")} on '${crn}'.`,
        );
    }
}
