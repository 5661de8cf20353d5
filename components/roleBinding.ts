import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { withConflictRemedy } from "./conflictRemedy";
import { registerGrant } from "./grantRegister";
import type { CheckedLocation } from "./location";
import { inComponent } from "./programError";
import { checkLevel } from "./roleLevels";
import type { Grant } from "./roles";

/** Grants a role to the principal, once the place is confirmed. */
export function bindRole(
    name: string,
    grant: Grant,
    principalId: pulumi.Output<string>,
    place: pulumi.Output<CheckedLocation>,
    parent: pulumi.Resource,
): confluentcloud.RoleBinding {
    const crnPattern = place
        .apply((known) => pulumi.output(grant.crnPattern({ ...known, principalId })))
        .apply((at) => {
            // By itself: in the first preview the principal is not known yet.
            inComponent(name, () => checkLevel(grant.roleName, at, `roles: ${grant.suffix}`));
            return at;
        });
    const principal = pulumi.interpolate`User:${principalId}`;
    const subject = `FlinkAccess "${name}": roles: ${grant.suffix}`;
    return new confluentcloud.RoleBinding(
        `${name}-${grant.suffix}`,
        {
            // Of the two it is the one that a preview may not know, and the scope is to be seen in it.
            principal: pulumi.all([principal, crnPattern]).apply(([to, at]) => {
                registerGrant({ principal: to, roleName: grant.roleName, crnPattern: at }, subject);
                return to;
            }),
            roleName: grant.roleName,
            crnPattern,
            // The key's own wait covers the binding too; the official provider would sleep 90 seconds here.
            disableWaitForReady: true,
        },
        withConflictRemedy({ parent }),
    );
}

/** Unless the user has silenced it: the documentation's default role opens more than statements need. */
export function warnOfOrganizationAdmin(grants: readonly Grant[], component: pulumi.Resource): void {
    if (!grants.some(({ roleName }) => roleName === "OrganizationAdmin")) return;
    // Not awaited: a log message that gets lost fails nothing.
    void pulumi.log.warn(
        "OrganizationAdmin opens the whole organization, and statements need far less: roles: rolePresets.statementRunner({ kafkaClusterIds, topics }), or FlinkDeveloper. warnOnOrganizationAdmin: false silences this.",
        component,
    );
}
