// Whether and when to retry, as pure functions. Not proven here: that the client uses them (confluentApi.test.ts).
import { ConfluentError, type ConfluentErrorKind, kindOfStatus } from "../../confluent/confluentError";
import { fastPolicy, mayRetry, parseRetryAfterMs, patientPolicy, retryDelayMs } from "../../confluent/retry";

function errorOf(fault: number | ConfluentErrorKind, retryAfterMs?: number): ConfluentError {
    const isStatus = typeof fault === "number";
    return new ConfluentError({
        kind: isStatus ? kindOfStatus(fault) : fault,
        status: isStatus ? fault : fault === "malformed" ? 200 : undefined,
        method: "GET",
        target: "/",
        purpose: "testing",
        retryAfterMs,
    });
}

const repeatable = ["GET", "PATCH", "PUT", "DELETE"];

describe("mayRetry", () => {
    it.each([408, 429, 500, 502, 503, 504, "timeout", "reset", "dns", "refused", "malformed"] as const)(
        "repeats GET, PATCH, PUT and DELETE after %s",
        (fault) => {
            for (const method of repeatable)
                expect(mayRetry(method, errorOf(fault), 1, patientPolicy)).toBe(true);
        },
    );

    it.each([400, 401, 402, 403, 404, 409, 412, 422, 501, "tls"] as const)(
        "repeats nothing after %s, which will not change",
        (fault) => {
            for (const method of [...repeatable, "POST"])
                expect(mayRetry(method, errorOf(fault), 1, patientPolicy)).toBe(false);
        },
    );

    it.each([429, "dns", "refused"] as const)(
        "repeats a POST after %s, because it had no effect",
        (fault) => {
            expect(mayRetry("POST", errorOf(fault), 1, patientPolicy)).toBe(true);
        },
    );

    it.each([408, 500, 502, 503, 504, "timeout", "reset", "malformed"] as const)(
        "does not repeat a POST after %s: it may have made something",
        (fault) => {
            expect(mayRetry("POST", errorOf(fault), 1, patientPolicy)).toBe(false);
            expect(errorOf(fault).leavesOutcomeUnknown).toBe(true);
        },
    );

    it("is false after the last attempt of the policy", () => {
        expect(mayRetry("GET", errorOf(500), patientPolicy.attempts - 1, patientPolicy)).toBe(true);
        expect(mayRetry("GET", errorOf(500), patientPolicy.attempts, patientPolicy)).toBe(false);
    });

    it("is false if Retry-After is longer than the policy's limit", () => {
        expect(mayRetry("GET", errorOf(429, 120_000), 1, patientPolicy)).toBe(true);
        expect(mayRetry("GET", errorOf(429, 120_001), 1, patientPolicy)).toBe(false);
    });
});

describe("retryDelayMs", () => {
    it.each([
        [1, 500],
        [2, 1_000],
        [3, 2_000],
        [5, 8_000],
        [6, 15_000],
        [20, 15_000],
    ])("is after attempt %d a random time below %d ms", (attempt, boundMs) => {
        expect(retryDelayMs(attempt, patientPolicy, undefined, 0)).toBe(0);
        expect(retryDelayMs(attempt, patientPolicy, undefined, 0.5)).toBe(boundMs / 2);
        expect(retryDelayMs(attempt, patientPolicy, undefined, 0.999_999)).toBe(boundMs - 1);
    });

    it("is never shorter than Retry-After", () => {
        expect(retryDelayMs(1, patientPolicy, 7_000, 0.999)).toBe(7_000);
    });

    it("is a random time if Retry-After is 0, which would be no pause", () => {
        expect(retryDelayMs(4, patientPolicy, 0, 0.5)).toBe(2_000);
    });

    it("is almost 0 with the policy for tests", () => {
        expect(retryDelayMs(7, fastPolicy, undefined, 0.999)).toBeLessThan(4);
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
