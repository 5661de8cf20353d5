import type { ApiKey } from "./resources";

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who a request comes from. */
export interface Caller {
    /** `sa-111aaa`, `u-111aaa` or `pool-111aaa`; empty where a route wants no authentication. */
    principalId: string;
    /** The key it was proven with; absent for a token. */
    apiKey?: ApiKey;
}

/** One request, after authentication. */
export interface Call {
    readonly method: string;
    /** Without the query. */
    readonly path: string;
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly query: Query;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: unknown;
    /** Who is asking. */
    readonly caller: Caller;
}

export interface Answer {
    status: number;
    body?: unknown;
    headers?: Readonly<Record<string, string>>;
}

/**
 * The authentication that a route wants.
 * - `control`: a cloud API key, an STS token or the session of a user who logged in.
 * - `organization`: the same, and a global API key.
 * - `data`: a Flink or a global API key, a user's token for the data plane, or an external token with the header
 *   `confluent-identity-pool-id`.
 * - `session`: the session of a user who logged in.
 * - `none`: nothing.
 */
export type Authentication = "control" | "organization" | "data" | "session" | "none";

export interface Route {
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    /** `/iam/v2/api-keys/:id` */
    path: string;
    authentication: Authentication;
    answer(call: Call): Answer;
}

/** The path parameter `name`; the router guarantees that it is there. */
export function pathParameter(call: Call, name: string): string {
    return call.params[name] ?? "";
}

/** The first value of a query parameter; empty counts as absent, as clients send `spec.resource=`. */
export function queryParameter(call: Call, name: string): string | undefined {
    return queryParameters(call, name)[0];
}

/** Every value of a repeatable query parameter. */
export function queryParameters(call: Call, name: string): string[] {
    const value = call.query[name];
    const values = value === undefined ? [] : typeof value === "string" ? [value] : [...value];
    return values.filter((one) => one !== "");
}
