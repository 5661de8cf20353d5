import { invalidFilter } from "./apiError";
import type { ApiKey } from "./resources";

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The principal that sent a request. */
export interface Caller {
    /** `sa-111aaa`, `u-111aaa` or `pool-111aaa`; empty on a route without authentication. */
    principalId: string;
    /** The key that authenticated the request; absent for a token. */
    apiKey?: ApiKey;
}

/** One request, after authentication. */
export interface ApiRequest {
    readonly method: string;
    /** Without the query. */
    readonly path: string;
    /** The URL that the client used, without the query. */
    readonly url: string;
    /** `aws.us-east-1`, where the client used the Flink endpoint of a region. */
    readonly regionId: string | undefined;
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly query: Query;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: unknown;
    readonly caller: Caller;
}

export interface ApiResponse {
    status: number;
    body?: unknown;
    headers?: Readonly<Record<string, string>>;
}

/**
 * The credentials that a route accepts.
 * - `control`: a Cloud API key, an STS token, the session of a logged-in user, or a Global API key (option `globalKeyApis`).
 * - `organization`: the same, and a Global API key in any case.
 * - `data`: a Flink or Global API key, a user's token for the data plane, or an external token with the header
 *   `confluent-identity-pool-id`.
 * - `session`: the session of a logged-in user.
 * - `none`: the route needs no credentials.
 */
export type Authentication = "control" | "organization" | "data" | "session" | "none";

export interface Route {
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    /** `/iam/v2/api-keys/:id` */
    path: string;
    authentication: Authentication;
    handle(request: ApiRequest): ApiResponse;
}

/** A route whose response is 200 with a body. */
export function bodyRoute(
    method: Route["method"],
    path: string,
    authentication: Authentication,
    body: (request: ApiRequest) => unknown,
): Route {
    return { method, path, authentication, handle: (request) => ({ status: 200, body: body(request) }) };
}

/** The path parameter `name`. The router guarantees that it is present. */
export function pathParameter(request: ApiRequest, name: string): string {
    return request.params[name] ?? "";
}

/** The first value of a query parameter. An empty value counts as absent, because clients send `spec.resource=`. */
export function queryParameter(request: ApiRequest, name: string): string | undefined {
    return queryParameters(request, name)[0];
}

/** The value of a query parameter, or a 400. */
export function requiredParameter(request: ApiRequest, name: string): string {
    const value = queryParameter(request, name);
    if (value === undefined) throw invalidFilter(`${name} is required.`, name);
    return value;
}

/** Every value of a repeatable query parameter. */
export function queryParameters(request: ApiRequest, name: string): string[] {
    const value = request.query[name];
    const values = value === undefined ? [] : typeof value === "string" ? [value] : [...value];
    return values.filter((one) => one !== "");
}
