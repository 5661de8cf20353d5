import type { ConfluentError } from "./confluentError";

/** How often, and how patiently, a failed request is sent again. */
export interface RetryPolicy {
    readonly name: string;
    /** Requests in all, the first one included. */
    readonly attempts: number;
    /** Upper bound of the first pause; it doubles with every attempt. */
    readonly baseMs: number;
    /** No pause of our own making is longer than this. */
    readonly capMs: number;
    /** A `Retry-After` longer than this is not waited for: the error is reported instead. */
    readonly longestRetryAfterMs: number;
}

/** For people and pipelines: rides out about a minute of trouble. */
export const patientPolicy: RetryPolicy = {
    name: "patient",
    attempts: 7,
    baseMs: 500,
    capMs: 15_000,
    longestRetryAfterMs: 120_000,
};

/** For tests: as many attempts, next to no pause. */
export const fastPolicy: RetryPolicy = {
    name: "fast",
    attempts: 7,
    baseMs: 1,
    capMs: 4,
    longestRetryAfterMs: 120_000,
};

/** One request, one answer: for requests that somebody else repeats. */
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
 * GET, PATCH, PUT and DELETE repeat without harm, so a fault of the network, 429 and 5xx are worth another
 * attempt. A POST makes a second object when it is repeated and the API knows no idempotency key, so it is only
 * repeated where it had no effect for certain: after 429, which turns a request away unread, and where no connection
 * came about. 501, a certificate that is not trusted and an address without TLS will not change.
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
 * Pause before attempt `attempt + 1`, in milliseconds: capped exponential back-off with full jitter, and no less than
 * the server asked for (`Retry-After`). `random` is in [0, 1).
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
 * `Retry-After` in milliseconds from now: a number of seconds or an HTTP date (RFC 9110, 10.2.3). A date
 * that has passed is 0. Undefined where the header is absent or says neither.
 */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
    if (header === undefined) return undefined;
    if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Math.ceil(Number(header) * 1000);
    const date = Date.parse(header);
    return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
