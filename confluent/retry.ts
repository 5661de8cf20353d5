import type { ConfluentError } from "./confluentError";

/** How long and with which pauses a failed request is sent again. */
export interface RetryPolicy {
    /** The request is sent for the last time this long after it was sent first. */
    readonly deadlineMs: number;
    /** The same while the answer is 429: Confluent Cloud works, and asks to wait. */
    readonly rateLimitDeadlineMs: number;
    /** The same while there is no connection: a wrong address stays wrong, and somebody may be waiting. */
    readonly unreachableDeadlineMs: number;
    /** The same while the proxy fails: somebody in the house can mend it, and should hear of it soon. */
    readonly proxyDeadlineMs: number;
    /** Upper bound of the first pause; it doubles with every attempt. */
    readonly baseMs: number;
    /** The longest pause, apart from `Retry-After`. */
    readonly capMs: number;
    /** If `Retry-After` is longer than this, the error is reported instead. */
    readonly longestRetryAfterMs: number;
}

/** For people and pipelines: an outage of a minute is survived. */
export const patientPolicy: RetryPolicy = {
    deadlineMs: 60_000,
    rateLimitDeadlineMs: 300_000,
    unreachableDeadlineMs: 60_000,
    proxyDeadlineMs: 30_000,
    baseMs: 500,
    capMs: 5_000,
    longestRetryAfterMs: 120_000,
};

/** For a command at which somebody waits: a closed port, an unknown host or a proxy that fails is reported within seconds. */
export const attendedPolicy: RetryPolicy = {
    ...patientPolicy,
    unreachableDeadlineMs: 3_000,
    proxyDeadlineMs: 3_000,
};

/** A single attempt, for requests that the caller repeats. */
export const singleAttempt: RetryPolicy = {
    deadlineMs: 0,
    rateLimitDeadlineMs: 0,
    unreachableDeadlineMs: 0,
    proxyDeadlineMs: 0,
    baseMs: 0,
    capMs: 0,
    longestRetryAfterMs: 0,
};

/** A request that failed, and how far its repetitions have come. */
export interface FailedAttempt {
    readonly error: ConfluentError;
    /** 1 is the first. */
    readonly attempt: number;
    /** Since the first attempt was sent. */
    readonly elapsedMs: number;
}

/**
 * Whether the same request may be sent again after `error`.
 *
 * GET, PATCH, PUT and DELETE can be repeated without harm after a network error, 429 and 5xx. A repeated POST creates a
 * second object, and the API has no idempotency key. So a POST is repeated only if it certainly had no effect: after
 * 429, which rejects a request unread, and if there was no connection. 501, an untrusted certificate and an address
 * without TLS will not change, so nothing is repeated after them.
 */
export function mayRetry(method: string, { error, elapsedMs }: FailedAttempt, policy: RetryPolicy): boolean {
    if (elapsedMs >= deadlineMs(error, policy)) return false;
    if (error.kind === "insecure" || error.kind === "proxySetting") return false;
    if ((error.retryAfterMs ?? 0) > policy.longestRetryAfterMs) return false;
    if (error.kind === "rateLimited" || error.wasNeverSent) return true;
    if (method === "POST" || error.kind === "tls") return false;
    if (error.kind === "server") return error.status !== 501;
    return error.leavesOutcomeUnknown;
}

/**
 * Pause before the next attempt: capped exponential back-off with full jitter (`random` in [0, 1)), at least `Retry-After`. The
 * last attempt is at the deadline, not before it.
 */
export function retryDelayMs(
    { error, attempt, elapsedMs }: FailedAttempt,
    policy: RetryPolicy,
    random: number,
): number {
    const backOffMs = Math.floor(random * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1)));
    const remainingMs = deadlineMs(error, policy) - elapsedMs;
    return Math.max(error.retryAfterMs ?? 0, Math.min(backOffMs, remainingMs));
}

function deadlineMs(error: ConfluentError, policy: RetryPolicy): number {
    if (error.kind === "rateLimited") return policy.rateLimitDeadlineMs;
    if (error.kind === "proxy") return policy.proxyDeadlineMs;
    return error.wasNeverSent ? policy.unreachableDeadlineMs : policy.deadlineMs;
}

/** `Retry-After` in milliseconds from now: a number of seconds or an HTTP date (RFC 9110, 10.2.3). Undefined if it is neither. */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
    if (header === undefined) return undefined;
    if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Math.ceil(Number(header) * 1000);
    const date = Date.parse(header);
    return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
