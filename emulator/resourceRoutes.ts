import { timestamp } from "./clock";
import type { Cloud } from "./cloud";
import type { Entry } from "./collection";
import { type PageSizes, pageOf } from "./pagination";
import { RequestBody } from "./requestBody";
import { type ApiRequest, type ApiResponse, type Authentication, pathParameter, type Route } from "./route";

/** What an item has for the usual parts of its body. */
export interface Item {
    id?: string;
    createdAt?: number;
    /** @default `createdAt` */
    updatedAt?: number;
}

/** One resource of Confluent Cloud's APIs. A method is served if its part is there; all may throw an `ApiError`. */
export interface ResourceApi<T extends Item> {
    /** `/iam/v2/api-keys`: the path of the list. That of one resource is below it. */
    readonly path: string;
    /** `ApiKey`; the kind of the list is `ApiKeyList`. */
    readonly kind: string;
    /** @default "control" */
    readonly authentication?: Authentication;
    /** The path parameter that names one resource. @default "id" */
    readonly parameter?: string;
    /** @default pages of 10, at most 100 */
    readonly pages?: PageSizes;
    /** Whether lists have `metadata.self`, as in the Flink API. @default false */
    readonly listsSelf?: boolean;
    /** The status of a POST. @default 201 */
    readonly created?: number;
    /** The status of a PUT, without a body. @default 200 with the resource */
    readonly replaced?: number;
    /** The status of a DELETE. @default 204 */
    readonly removed?: number;
    /** Whether the response to a DELETE has the resource. @default false */
    readonly returnsRemoved?: boolean;
    /** The status for an invalid property. @default 422, as documented for most resources */
    readonly invalid?: 400 | 422;
    /** Runs before each of the other functions. */
    authorize?(request: ApiRequest): void;
    /** Everything that the caller sees and the query asks for. */
    list?(request: ApiRequest): readonly Entry<T>[];
    /** The resource in the path. GET of one is served with it. */
    find?(request: ApiRequest, id: string): T;
    create?(body: RequestBody, request: ApiRequest): T;
    /** PATCH. */
    update?(item: T, body: RequestBody, request: ApiRequest): void;
    /** PUT. */
    replace?(item: T, body: RequestBody, request: ApiRequest): void;
    remove?(item: T): void;
    /** `metadata.self`. @default `path` and the id */
    self?(item: T): string;
    /** `metadata.resource_name` */
    crn?(item: T): string;
    /** The fields of the body after `metadata`. `isNew`: in the response to the POST. */
    fields?(item: T, isNew: boolean): object;
    /** The whole body, where it is not the usual one. */
    body?(item: T): object;
}

export function resourceRoutes<T extends Item>(cloud: Cloud, api: ResourceApi<T>): Route[] {
    const { path, kind, authentication = "control", parameter = "id" } = api;
    const { list, find, create, update, replace, remove } = api;
    const self = (item: T): string => api.self?.(item) ?? `${cloud.url}${path}/${item.id}`;
    const toBody = (item: T, isNew = false): object =>
        api.body?.(item) ?? { ...usualHead(api, item, self(item)), ...api.fields?.(item, isNew) };
    const readBody = (request: ApiRequest) => new RequestBody(request.body, api.invalid);
    const ok = (body: object): ApiResponse => ({ status: 200, body });

    const routes: Route[] = [];
    const serve = (method: Route["method"], url: string, handle: Route["handle"]): void => {
        const authorized: Route["handle"] = (request) => {
            api.authorize?.(request);
            return handle(request);
        };
        routes.push({ method, path: url, authentication, handle: authorized });
    };
    const serveOne = (method: Route["method"], handle: (item: T, request: ApiRequest) => ApiResponse): void =>
        serve(method, `${path}/:${parameter}`, (request) =>
            handle((find as NonNullable<typeof find>)(request, pathParameter(request, parameter)), request),
        );
    if (list !== undefined) {
        serve("GET", path, (request) => {
            const { metadata, items } = pageOf(cloud, request, list(request), api);
            const data = items.map((item) => toBody(item));
            return ok({ api_version: apiVersionOf(path), kind: `${kind}List`, metadata, data });
        });
    }
    if (create !== undefined) {
        serve("POST", path, (request) => {
            const item = create(readBody(request), request);
            return {
                status: api.created ?? 201,
                body: toBody(item, true),
                headers: { location: self(item) },
            };
        });
    }
    if (find !== undefined) serveOne("GET", (item) => ok(toBody(item)));
    if (update !== undefined) {
        serveOne("PATCH", (item, request) => {
            update(item, readBody(request), request);
            return ok(toBody(item));
        });
    }
    if (replace !== undefined) {
        serveOne("PUT", (item, request) => {
            replace(item, readBody(request), request);
            return api.replaced === undefined ? ok(toBody(item)) : { status: api.replaced };
        });
    }
    if (remove !== undefined) {
        serveOne("DELETE", (item) => {
            remove(item);
            return { status: api.removed ?? 204, ...(api.returnsRemoved && { body: toBody(item) }) };
        });
    }
    return routes;
}

function usualHead<T extends Item>({ path, kind, crn }: ResourceApi<T>, item: T, self: string) {
    const { id, createdAt, updatedAt = createdAt } = item;
    return {
        api_version: apiVersionOf(path),
        kind,
        id,
        metadata: {
            self,
            ...(crn && { resource_name: crn(item) }),
            ...(createdAt !== undefined && { created_at: timestamp(createdAt) }),
            ...(updatedAt !== undefined && { updated_at: timestamp(updatedAt) }),
        },
    };
}

/** `iam/v2` of `/iam/v2/api-keys` */
function apiVersionOf(path: string): string {
    return path.split("/").slice(1, 3).join("/");
}
