import { requireRole } from "../access/authorization";
import { notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { listPage } from "../pagination";
import { resourceRoutes } from "../resourceRoutes";
import type { User } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, type Route } from "../route";

const readers = ["OrganizationAdmin", "AccountAdmin", "ResourceKeyAdmin", "EnvironmentAdmin"];

/** GET /iam/v2/users and /iam/v2/users/{id}. */
export function userRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, "/iam/v2/users", { list, read });
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireRole(cloud, request.caller.principalId, readers, cloud.crn());
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "iam/v2",
            kind: "UserList",
            entries: cloud.users.after(0),
            toBody: (user) => userBody(cloud, user),
        }),
    };
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    const id = pathParameter(request, "id");
    if (id !== request.caller.principalId) {
        requireRole(cloud, request.caller.principalId, readers, cloud.crn());
    }
    const user = cloud.users.get(id);
    if (user === undefined) throw notFound(`The user '${id}' does not exist.`);
    return { status: 200, body: userBody(cloud, user) };
}

function userBody(cloud: Cloud, user: User) {
    return {
        api_version: "iam/v2",
        kind: "User",
        id: user.id,
        metadata: {
            self: `${cloud.url}/iam/v2/users/${user.id}`,
            resource_name: cloud.crn(["user", user.id]),
            created_at: timestamp(user.createdAt),
            updated_at: timestamp(user.createdAt),
        },
        email: user.email,
        full_name: user.fullName,
        auth_type: "AUTH_TYPE_LOCAL",
    };
}
