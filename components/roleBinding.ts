import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { crnOfOrganization } from "../confluent/crn";
import { withConflictRemedy } from "./conflictRemedy";
import type { Grant } from "./grant";
import type { Location } from "./location";
import { inComponent } from "./programError";
import { checkLevel } from "./roleLevels";

export function bindRole(
    name: string,
    grant: Grant,
    principalId: pulumi.Output<string>,
    location: pulumi.Output<Location>,
    parent: pulumi.Resource,
): confluentcloud.RoleBinding {
    const crnPattern = location
        .apply(({ organizationId, environmentId }) => {
            const organizationCrn = crnOfOrganization(organizationId);
            return pulumi.output(grant.crnPattern({ organizationCrn, environmentId, principalId }));
        })
        .apply((at) => {
            // Checked without the principal, which is not known in the first preview.
            inComponent(name, () => checkLevel(grant.roleName, at, `roles: ${grant.suffix}`));
            return at;
        });
    return new confluentcloud.RoleBinding(
        `${name}-${grant.suffix}`,
        {
            principal: pulumi.interpolate`User:${principalId}`,
            roleName: grant.roleName,
            crnPattern,
            // The wait for the key covers the role binding too. The official provider would sleep for 90 seconds here.
            disableWaitForReady: true,
        },
        withConflictRemedy({ parent }),
    );
}

/** The default is the role that Confluent's documentation asks for. It gives far more access than statements need. */
export function warnOfDefaultRole(component: pulumi.Resource): void {
    // Not awaited: a lost log message must not fail the program.
    void pulumi.log.warn(
        'roles: got nothing, so the service account gets the default, OrganizationAdmin, for the whole organization. Statements need far less: roles: ["FlinkDeveloper"], or rolePresets.statementRunner({ kafkaClusterIds, topics }). To keep the default without this warning, write roles: ["OrganizationAdmin"].',
        component,
    );
}
