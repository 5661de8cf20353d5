import type { ApiRequest, ApiResponse } from "./apiRequest";
import { type Failure, kindOfStatus } from "./confluentError";
import type { HttpResponse } from "./httpClient";
import { parseRetryAfterMs } from "./retry";

/** Reads a successful response, or why it is none. `malformed`: a success without the expected JSON. */
export function readResponse(
    request: ApiRequest,
    { status, headers, data }: HttpResponse,
    nowMs: number,
): ApiResponse | Failure {
    const json = parseJson(data);
    const dateMs = parseDateMs(headers.date);
    const requestId = text(headers["x-request-id"]);
    if (status >= 200 && status < 300) {
        // The response to a DELETE is 204 or the deleted object. A proxy's page is neither.
        const isEmpty = data === "" && request.method === "DELETE";
        if (json === undefined && !isEmpty) return { kind: "malformed", status, requestId };
        return { status, json, dateMs };
    }
    const isConfluents =
        isErrorOfConfluent(status, json, headers["www-authenticate"]) ||
        // An identity provider's `{ error, error_description }` (RFC 6749, 5.2).
        (request.form !== undefined && at(json, "error") !== undefined);
    return {
        kind: refusals.includes(status) && !isConfluents ? "unexpected" : kindOfStatus(status),
        status,
        code: at(json, "errors", 0, "code"),
        detail:
            at(json, "errors", 0, "detail") ??
            at(json, "errors", 0, "title") ??
            at(json, "message") ??
            at(json, "error_description"),
        pointer: at(json, "errors", 0, "source", "pointer"),
        errorId: at(json, "errors", 0, "id"),
        requestId,
        retryAfterMs: parseRetryAfterMs(headers["retry-after"], dateMs ?? nowMs),
    };
}

/** The JSON object or list in a body; undefined if it is something else. */
export function parseJson(body: string): unknown {
    try {
        const json: unknown = JSON.parse(body);
        return typeof json === "object" && json !== null ? json : undefined;
    } catch {
        return undefined;
    }
}

/**
 * They prove something: an unknown key, a missing permission, a resource that is gone. So they count only in Confluent's own
 * format.
 */
const refusals: readonly number[] = [401, 403, 404];

/**
 * Whether an error response has one of Confluent's own formats: `{ errors: [{…}] }`, `{ error_code, message }` for role bindings, or the
 * challenge `WWW-Authenticate: Basic error="invalid_key", …`, which a 401 may have instead of a body.
 */
export function isErrorOfConfluent(status: number, json: unknown, challenge: unknown): boolean {
    const { errors, error_code } = (json ?? {}) as { errors?: unknown; error_code?: unknown };
    return (
        (Array.isArray(errors) && typeof errors[0] === "object" && errors[0] !== null) ||
        (error_code !== undefined && at(json, "message") !== undefined) ||
        (status === 401 && /\berror="?invalid_/.test(text(challenge) ?? ""))
    );
}

/** The text at a path into JSON; undefined if there is none. */
function at(json: unknown, ...path: readonly (string | number)[]): string | undefined {
    let found = json;
    for (const step of path) found = (found as Record<string | number, unknown> | null | undefined)?.[step];
    return text(found);
}

function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

/** The header `Date` in milliseconds since 1970; undefined if it is absent or invalid. */
export function parseDateMs(header: unknown): number | undefined {
    const date = typeof header === "string" ? Date.parse(header) : Number.NaN;
    return Number.isNaN(date) ? undefined : date;
}
