import type { ConfluentError } from "./confluentError";

/** How often and with which pauses a failed request is sent again. */
export interface RetryPolicy {
    readonly name: string;
    /** Total number of requests, including the first one. */
    readonly attempts: number;
    /** Upper bound of the first pause; it doubles with every attempt. */
    readonly baseMs: number;
    /** The longest pause, apart from `Retry-After`. */
    readonly capMs: number;
    /** If `Retry-After` is longer than this, the error is reported instead. */
    readonly longestRetryAfterMs: number;
}

/** For people and pipelines: keeps trying for about a minute. */
export const patientPolicy: RetryPolicy = {
    name: "patient",
    attempts: 7,
    baseMs: 500,
    capMs: 15_000,
    longestRetryAfterMs: 120_000,
};

/** For tests: the same number of attempts, almost without pauses. */
export const fastPolicy: RetryPolicy = {
    name: "fast",
    attempts: 7,
    baseMs: 1,
    capMs: 4,
    longestRetryAfterMs: 120_000,
};

/** A single attempt, for requests that the caller repeats. */
export const singleAttempt: RetryPolicy = {
    name: "single",
    attempts: 1,
    baseMs: 0,
    capMs: 0,
    longestRetryAfterMs: 0,
};

/**
 * Whether the same request may be sent again after `error`.
 *
 * GET, PATCH, PUT and DELETE can be repeated without harm after a network error, 429 and 5xx. A repeated POST creates a
 * second object, and the API has no idempotency key. So a POST is repeated only if it certainly had no effect: after
 * 429, which rejects a request unread, and if there was no connection. 501, an untrusted certificate and an address
 * without TLS will not change, so nothing is repeated after them.
 */
export function mayRetry(
    method: string,
    error: ConfluentError,
    attempt: number,
    policy: RetryPolicy,
): boolean {
    if (attempt >= policy.attempts || error.kind === "insecure") return false;
    if ((error.retryAfterMs ?? 0) > policy.longestRetryAfterMs) return false;
    if (error.kind === "rateLimited" || error.wasNeverSent) return true;
    if (method === "POST" || error.kind === "tls") return false;
    if (error.kind === "server") return error.status !== 501;
    return error.leavesOutcomeUnknown;
}

/**
 * Pause before attempt `attempt + 1`, in milliseconds: capped exponential back-off with full jitter, and never less
 * than the server's `Retry-After`. `random` is in [0, 1).
 */
export function retryDelayMs(
    attempt: number,
    policy: RetryPolicy,
    retryAfterMs: number | undefined,
    random: number,
): number {
    const backOffMs = Math.floor(random * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1)));
    return Math.max(retryAfterMs ?? 0, backOffMs);
}

/**
 * `Retry-After` in milliseconds from now: a number of seconds or an HTTP date (RFC 9110, 10.2.3). A date that has
 * passed is 0. Undefined if the header is absent or is neither.
 */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
    if (header === undefined) return undefined;
    if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Math.ceil(Number(header) * 1000);
    const date = Date.parse(header);
    return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
