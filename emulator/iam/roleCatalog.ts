import { bindableAt } from "../access/roles";
import { notFound } from "../apiError";
import { bodyRoute, pathParameter, queryParameter, type Route } from "../route";

/**
 * /api/metadata/security/v2alpha1: the roles, for `confluent iam rbac role list` and `describe`. A role has the kinds of resource
 * that it can be bound at, but no list of allowed operations.
 */
export function roleCatalogRoutes(): Route[] {
    const path = "/api/metadata/security/v2alpha1";
    return [
        // The CLI asks once without a namespace, and once for the roles of `usm` alone: there are none.
        bodyRoute("GET", `${path}/roles`, "session", (request) =>
            queryParameter(request, "namespace") === undefined ? [...bindableAt].map(roleBody) : [],
        ),
        bodyRoute("GET", `${path}/roles/:name`, "session", (request) => {
            const name = pathParameter(request, "name");
            const kinds = bindableAt.get(name);
            if (kinds === undefined) throw notFound(`The role '${name}' does not exist.`);
            return roleBody([name, kinds]);
        }),
        bodyRoute("GET", `${path}/roleNames`, "session", () => [...bindableAt.keys()]),
    ];
}

function roleBody([name, kinds]: readonly [string, readonly string[]]): object {
    return {
        name,
        policies: kinds.map((kind) => ({
            bindingScope: kind,
            bindWithResource: !["organization", "environment", "cloud-cluster"].includes(kind),
            allowedOperations: [],
        })),
    };
}
