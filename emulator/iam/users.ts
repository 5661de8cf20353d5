import { requireRole } from "../access/authorization";
import { notFound } from "../apiError";
import type { Cloud } from "../cloud";
import { resourceRoutes } from "../resourceRoutes";
import type { Route } from "../route";

const readers = ["OrganizationAdmin", "AccountAdmin", "ResourceKeyAdmin", "EnvironmentAdmin"];

/** GET /iam/v2/users and /iam/v2/users/{id}. */
export function userRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, {
        path: "/iam/v2/users",
        kind: "User",
        authorize({ caller, params }) {
            if (params.id !== caller.principalId) requireRole(cloud, caller, readers);
        },
        list: () => cloud.users.entries(),
        find(_request, id) {
            const user = cloud.users.get(id);
            if (user === undefined) throw notFound(`The user '${id}' does not exist.`);
            return user;
        },
        crn: ({ id }) => cloud.crn(["user", id]),
        fields: ({ email, fullName }) => ({ email, full_name: fullName, auth_type: "AUTH_TYPE_LOCAL" }),
    });
}
