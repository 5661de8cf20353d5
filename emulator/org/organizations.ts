import { requireRole } from "../access/authorization";
import { notFound } from "../apiError";
import type { Cloud } from "../cloud";
import { numbered } from "../pagination";
import { resourceRoutes } from "../resourceRoutes";
import type { Route } from "../route";

const displayNameRule = { pattern: /^[^<>#%'*^`{|}~"]{1,31}$/ };

/** /org/v2/organizations. There is one, and every principal may read it. */
export function organizationRoutes(cloud: Cloud): Route[] {
    const organization = { id: cloud.organizationId, createdAt: cloud.createdAt };
    return resourceRoutes(cloud, {
        path: "/org/v2/organizations",
        kind: "Organization",
        authentication: "organization",
        list: () => numbered([organization]),
        find(_request, id) {
            if (id !== organization.id) throw notFound("The organization does not exist.");
            return organization;
        },
        update(_organization, body, { caller }) {
            requireRole(cloud, caller, ["OrganizationAdmin"]);
            cloud.organizationName =
                body.optionalText("/display_name", displayNameRule) ?? cloud.organizationName;
        },
        crn: () => cloud.crn(),
        fields: () => ({ display_name: cloud.organizationName, jit_enabled: false }),
    });
}
