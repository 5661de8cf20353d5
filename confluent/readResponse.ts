import type { ApiRequest, ApiResponse } from "./apiRequest";
import { type ConfluentErrorKind, kindOfStatus } from "./confluentError";
import type { HttpResponse } from "./httpClient";

/** A response that is not a success. */
export interface ErrorResponse extends ErrorBody {
    readonly kind: ConfluentErrorKind;
}

/** Reads a successful response, or its error. `malformed`: a success without the expected JSON. */
export function readResponse(request: ApiRequest, response: HttpResponse): ApiResponse | ErrorResponse {
    const { status, headers, data } = response;
    const json = parseJson(data);
    if (status >= 200 && status < 300) {
        // The response to a DELETE is 204 or the deleted object. A proxy's page is neither.
        const isEmpty = data === "" && request.method === "DELETE";
        if (json === undefined && !isEmpty) return { kind: "malformed", isConfluentFormat: false };
        return { status, json, dateMs: parseDateMs(headers.date) };
    }
    const body = readError(json, request.form !== undefined);
    const isConfluentFormat = body.isConfluentFormat || isChallenge(status, headers["www-authenticate"]);
    const kind = refusals.includes(status) && !isConfluentFormat ? "unexpected" : kindOfStatus(status);
    return { ...body, isConfluentFormat, kind };
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
 * Statuses that prove something: an unknown key, a missing permission, a resource that is gone. A proxy may answer them
 * too, so they count only in Confluent's own error format.
 */
const refusals: readonly number[] = [401, 403, 404];

/** `WWW-Authenticate: Basic error="invalid_key", …`, which a 401 may have instead of a body. */
function isChallenge(status: number, challenge: unknown): boolean {
    return status === 401 && typeof challenge === "string" && /\berror="?invalid_/.test(challenge);
}

/** Whether an error response has one of Confluent's own formats, or the challenge of its 401. */
export function isErrorOfConfluent(status: number, json: unknown, challenge: unknown): boolean {
    return readError(json, false).isConfluentFormat || isChallenge(status, challenge);
}

export interface ErrorBody {
    /** Whether the body has one of Confluent Cloud's own error formats. */
    readonly isConfluentFormat: boolean;
    readonly code?: string | undefined;
    readonly detail?: string | undefined;
    readonly pointer?: string | undefined;
    readonly errorId?: string | undefined;
}

/**
 * Confluent's error bodies: `{ errors: [...] }`, or `{ error_code, message }` for role bindings; and an identity
 * provider's `{ error, error_description }` (RFC 6749, 5.2).
 */
function readError(json: unknown, isTokenRequest: boolean): ErrorBody {
    const body = json as
        | {
              errors?: unknown;
              error_code?: unknown;
              message?: unknown;
              error?: unknown;
              error_description?: unknown;
          }
        | undefined;
    const first = (Array.isArray(body?.errors) ? body.errors[0] : undefined) as
        | { id?: unknown; code?: unknown; title?: unknown; detail?: unknown; source?: { pointer?: unknown } }
        | undefined;
    const isConfluentFormat =
        (typeof first === "object" && first !== null) ||
        (body?.error_code !== undefined && text(body.message) !== undefined) ||
        (isTokenRequest && text(body?.error) !== undefined);
    return {
        isConfluentFormat,
        code: text(first?.code),
        detail:
            text(first?.detail) ?? text(first?.title) ?? text(body?.message) ?? text(body?.error_description),
        pointer: text(first?.source?.pointer),
        errorId: text(first?.id),
    };
}

function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

/** The header `Date` in milliseconds since 1970; undefined if it is absent or invalid. */
export function parseDateMs(header: unknown): number | undefined {
    const date = typeof header === "string" ? Date.parse(header) : Number.NaN;
    return Number.isNaN(date) ? undefined : date;
}
