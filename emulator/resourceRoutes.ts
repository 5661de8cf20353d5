import type { Cloud } from "./cloud";
import type { ApiRequest, ApiResponse, Authentication, Route } from "./route";

type Handler = (cloud: Cloud, request: ApiRequest) => ApiResponse;

/** What each method of a resource does; a method without a handler is not served. */
export interface ResourceHandlers {
    /** GET of the list. */
    list?: Handler;
    /** POST to the list. */
    create?: Handler;
    /** GET of one. */
    read?: Handler;
    /** PATCH of one. */
    update?: Handler;
    /** PUT of one. */
    replace?: Handler;
    /** DELETE of one. */
    remove?: Handler;
}

/**
 * The routes of a resource, as all of Confluent Cloud's APIs have them: `path` for the list, `path/:id` for one.
 * @param parameter the name of the path parameter
 */
export function resourceRoutes(
    cloud: Cloud,
    path: string,
    { list, create, read, update, replace, remove }: ResourceHandlers,
    authentication: Authentication = "control",
    parameter = "id",
): Route[] {
    const one = `${path}/:${parameter}`;
    const table = [
        ["GET", path, list],
        ["POST", path, create],
        ["GET", one, read],
        ["PATCH", one, update],
        ["PUT", one, replace],
        ["DELETE", one, remove],
    ] as const;
    return table.flatMap(([method, url, handle]) =>
        handle === undefined
            ? []
            : [{ method, path: url, authentication, handle: (request) => handle(cloud, request) }],
    );
}
