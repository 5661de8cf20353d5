import { unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { type Crn, covers, parseCrn } from "../crn";

/** Roles with Flink rights, the weakest last. */
export const FLINK_ROLES = ["OrganizationAdmin", "EnvironmentAdmin", "FlinkAdmin", "FlinkDeveloper"] as const;

export interface Grant {
    roleName: string;
    scope: Crn;
}

/** The role bindings of a principal that have propagated. */
export function grantsOf(cloud: Cloud, principalId: string): Grant[] {
    const now = cloud.now();
    const grants: Grant[] = [];
    for (const binding of cloud.roleBindings.values()) {
        if (binding.principalId === principalId && binding.effectiveAt <= now) {
            const scope = parseCrn(binding.crnPattern);
            if (scope !== undefined) {
                grants.push({ roleName: binding.roleName, scope });
            }
        }
    }
    return grants;
}

/** Whether one of the roles reaches the resource named by `crn`. */
export function holds(cloud: Cloud, principalId: string, roles: readonly string[], crn: string): boolean {
    const target = parseCrn(crn);
    return (
        target !== undefined &&
        grantsOf(cloud, principalId).some(
            (grant) => roles.includes(grant.roleName) && covers(grant.scope, target),
        )
    );
}

/** Refuses with 403 unless one of the roles reaches the resource named by `crn`. */
export function requireRole(cloud: Cloud, principalId: string, roles: readonly string[], crn: string): void {
    if (!holds(cloud, principalId, roles, crn)) {
        throw unauthorized(
            `The principal 'User:${principalId}' needs one of the roles ${roles.join(", ")} on '${crn}'.`,
        );
    }
}
