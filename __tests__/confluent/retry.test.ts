// Whether and when to retry, as pure functions. Not proven here: that the client uses them (confluentApi.test.ts).
import { ConfluentError, type ConfluentErrorKind, kindOfStatus } from "../../confluent/confluentError";
import {
    attendedPolicy,
    type FailedAttempt,
    mayRetry,
    parseRetryAfterMs,
    patientPolicy,
    retryDelayMs,
} from "../../confluent/retry";

function failed(
    fault: number | ConfluentErrorKind,
    { retryAfterMs, attempt = 1, elapsedMs = 0 }: Partial<FailedAttempt> & { retryAfterMs?: number } = {},
): FailedAttempt {
    const isStatus = typeof fault === "number";
    const error = new ConfluentError({
        kind: isStatus ? kindOfStatus(fault) : fault,
        status: isStatus ? fault : fault === "malformed" ? 200 : undefined,
        method: "GET",
        target: "/",
        purpose: "testing",
        retryAfterMs,
    });
    return { error, attempt, elapsedMs };
}

const repeatable = ["GET", "PATCH", "PUT", "DELETE"];

describe("mayRetry", () => {
    it.each(["dns", "refused"] as const)(
        "gives up soon after %s where somebody waits at a command",
        (kind) => {
            const failedAt = (elapsedMs: number) => ({ ...failed(kind), elapsedMs });
            expect(mayRetry("GET", failedAt(2_900), attendedPolicy)).toBe(true);
            expect(mayRetry("GET", failedAt(3_000), attendedPolicy)).toBe(false);
            expect(mayRetry("GET", failedAt(5_000), patientPolicy)).toBe(true);
            expect(mayRetry("GET", { ...failed(503), elapsedMs: 50_000 }, attendedPolicy)).toBe(true);
        },
    );

    it.each([
        408,
        429,
        500,
        502,
        503,
        504,
        "timeout",
        "reset",
        "dns",
        "refused",
        "proxy",
        "malformed",
    ] as const)("repeats GET, PATCH, PUT and DELETE after %s", (fault) => {
        for (const method of repeatable) expect(mayRetry(method, failed(fault), patientPolicy)).toBe(true);
    });

    it.each([400, 401, 402, 403, 404, 409, 412, 422, 501, "tls", "insecure", "proxySetting"] as const)(
        "repeats nothing after %s, which will not change",
        (fault) => {
            for (const method of [...repeatable, "POST"])
                expect(mayRetry(method, failed(fault), patientPolicy)).toBe(false);
        },
    );

    it.each([429, "dns", "refused", "proxy"] as const)(
        "repeats a POST after %s, because it had no effect",
        (fault) => {
            expect(mayRetry("POST", failed(fault), patientPolicy)).toBe(true);
        },
    );

    it.each([408, 500, 502, 503, 504, "timeout", "reset", "malformed"] as const)(
        "does not repeat a POST after %s: it may have made something",
        (fault) => {
            expect(mayRetry("POST", failed(fault), patientPolicy)).toBe(false);
            expect(failed(fault).error.leavesOutcomeUnknown).toBe(true);
        },
    );

    it("is false from the deadline on, however many attempts there were", () => {
        expect(mayRetry("GET", failed(500, { attempt: 100, elapsedMs: 59_999 }), patientPolicy)).toBe(true);
        expect(mayRetry("GET", failed(500, { attempt: 2, elapsedMs: 60_000 }), patientPolicy)).toBe(false);
    });

    it("waits five minutes for a service that works and asks to slow down", () => {
        expect(mayRetry("POST", failed(429, { elapsedMs: 299_999 }), patientPolicy)).toBe(true);
        expect(mayRetry("POST", failed(429, { elapsedMs: 300_000 }), patientPolicy)).toBe(false);
    });

    it("is false if Retry-After is longer than the policy's limit", () => {
        expect(mayRetry("GET", failed(429, { retryAfterMs: 120_000 }), patientPolicy)).toBe(true);
        expect(mayRetry("GET", failed(429, { retryAfterMs: 120_001 }), patientPolicy)).toBe(false);
    });
});

describe("retryDelayMs", () => {
    it.each([
        [1, 500],
        [2, 1_000],
        [3, 2_000],
        [4, 4_000],
        [5, 5_000],
        [20, 5_000],
    ])("is after attempt %d a random time below %d ms", (attempt, boundMs) => {
        const after = failed(503, { attempt });
        expect(retryDelayMs(after, patientPolicy, 0)).toBe(0);
        expect(retryDelayMs(after, patientPolicy, 0.5)).toBe(boundMs / 2);
        expect(retryDelayMs(after, patientPolicy, 0.999_999)).toBe(boundMs - 1);
    });

    it("ends at the deadline, where the last attempt is sent", () => {
        const after = failed(503, { attempt: 20, elapsedMs: 59_000 });
        expect(retryDelayMs(after, patientPolicy, 0.999)).toBe(1_000);
    });

    it("is never shorter than Retry-After", () => {
        expect(retryDelayMs(failed(503, { retryAfterMs: 7_000 }), patientPolicy, 0.999)).toBe(7_000);
    });

    it("is a random time if Retry-After is 0, which would be no pause", () => {
        expect(retryDelayMs(failed(429, { attempt: 4, retryAfterMs: 0 }), patientPolicy, 0.5)).toBe(2_000);
    });
});

describe("parseRetryAfterMs", () => {
    const now = Date.UTC(2026, 7, 1, 12, 0, 0);

    it.each([
        ["0", 0],
        ["2", 2_000],
        [" 120 ", 120_000],
        ["1.5", 1_500],
        ["Sat, 01 Aug 2026 12:00:30 GMT", 30_000],
        ["Sat, 01 Aug 2026 11:59:00 GMT", 0],
        ["soon", undefined],
        ["", undefined],
        [undefined, undefined],
    ])("reads %j as %s ms", (header, ms) => {
        expect(parseRetryAfterMs(header, now)).toBe(ms);
    });
});
