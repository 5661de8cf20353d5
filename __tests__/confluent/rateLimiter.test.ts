// When requests are sent, with a fake clock. Not proven here: that the client reads the server's headers (confluentApi.test.ts).
import type { Clock } from "../../confluent/clock";
import { InFlightLimit, RateLimiter, rateLimiterOf } from "../../confluent/rateLimiter";
import { VirtualClock } from "../provider/virtualClock";

let clock: VirtualClock;
let startMs: number;

beforeEach(() => {
    clock = new VirtualClock();
    startMs = clock.now();
});

const sentAfterMs = (rateLimiter: RateLimiter) => rateLimiter.run(async () => clock.now() - startMs);

describe("InFlightLimit", () => {
    it("sends its maximum at once, and one more whenever one ends, in order", async () => {
        const rateLimiter = new RateLimiter(clock, new InFlightLimit(2));
        const begun: number[] = [];
        const ends: (() => void)[] = [];
        const runs = [0, 1, 2, 3].map((n) =>
            rateLimiter.run(() => {
                begun.push(n);
                return new Promise<void>((resolve) => ends.push(resolve));
            }),
        );
        await clock.sleep(0);
        expect(begun).toEqual([0, 1]);
        ends[1]?.();
        await clock.sleep(0);
        expect(begun).toEqual([0, 1, 2]);
        ends[0]?.();
        ends[2]?.();
        await clock.sleep(0);
        ends[3]?.();
        await Promise.all(runs);
        expect(begun).toEqual([0, 1, 2, 3]);
    });

    it("is shared by its rate limiters, and a failed request leaves its slot", async () => {
        const limit = new InFlightLimit(1);
        await expect(
            new RateLimiter(clock, limit).run(() => Promise.reject(new Error("no"))),
        ).rejects.toThrow("no");
        expect(await sentAfterMs(new RateLimiter(clock, limit))).toBe(0);
    });

    it("has no slots taken by a client that waits", async () => {
        const limit = new InFlightLimit(1);
        const wake: (() => void)[] = [];
        const slow = new RateLimiter(
            { now: () => startMs, sleep: () => new Promise((resolve) => wake.push(resolve)) },
            limit,
        );
        slow.holdFor(60_000);
        void slow.run(async () => undefined);
        await clock.sleep(0);
        expect(wake).toHaveLength(1);
        expect(await sentAfterMs(new RateLimiter(clock, limit))).toBe(0);
    });
});

describe("RateLimiter", () => {
    it("delays all requests for the time that the server announced", async () => {
        const rateLimiter = new RateLimiter(clock, new InFlightLimit(4));
        rateLimiter.holdFor(5_000);
        rateLimiter.holdFor(2_000);
        expect(await sentAfterMs(rateLimiter)).toBe(5_000);
        expect(await sentAfterMs(rateLimiter)).toBe(5_000);
    });

    it("sends only the remaining requests of the window, and continues in the next one", async () => {
        const rateLimiter = new RateLimiter(clock, new InFlightLimit(4));
        rateLimiter.observe(2, 10_000);
        expect(await sentAfterMs(rateLimiter)).toBe(0);
        expect(await sentAfterMs(rateLimiter)).toBe(0);
        expect(await sentAfterMs(rateLimiter)).toBe(10_000);
        expect(await sentAfterMs(rateLimiter)).toBe(10_000);
    });

    it.each([
        [0, 1_785_000_000_000],
        [0, -1],
        [Number.NaN, 1_000],
        [0, Number.NaN],
        [-1, 1_000],
    ])(
        "leaves numbers aside that cannot be meant so: %d left, reset in %d ms",
        async (remaining, resetMs) => {
            const rateLimiter = new RateLimiter(clock, new InFlightLimit(4));
            rateLimiter.observe(remaining, resetMs);
            expect(await sentAfterMs(rateLimiter)).toBe(0);
        },
    );
});

/** A fake clock. When all are waiting, it moves to the end of the earliest sleep. */
class SharedTime implements Clock {
    readonly #sleepers: { dueMs: number; wake: () => void }[] = [];
    #nowMs = 400;

    now(): number {
        return this.#nowMs;
    }

    sleep(ms: number): Promise<void> {
        return new Promise((wake) => this.#sleepers.push({ dueMs: this.#nowMs + ms, wake }));
    }

    async pass<T>(work: Promise<T>): Promise<T> {
        let isDone = false;
        void work.finally(() => {
            isDone = true;
        });
        for (;;) {
            await new Promise((resolve) => setImmediate(resolve));
            if (isDone) return work;
            this.#sleepers.sort((a, b) => a.dueMs - b.dueMs);
            const next = this.#sleepers.shift();
            if (next === undefined) throw new Error("everybody waits, and nobody for the time");
            this.#nowMs = next.dueMs;
            next.wake();
        }
    }
}

interface Served {
    readonly tookMs: number;
    /** Refusals of each request. */
    readonly refusals: number[];
}

/**
 * Sends requests at once to a server with a latency of 10 ms. The server allows `perSecond` requests in each
 * calendar second and refuses the others. With `announces`, it announces its limits in whole seconds.
 */
async function flood(requests: number, perSecond: number, announces: boolean): Promise<Served> {
    const time = new SharedTime();
    const rateLimiter = new RateLimiter(time, new InFlightLimit(32));
    const startMs = time.now();
    const used = new Map<number, number>();
    const answer = async (): Promise<boolean> => {
        await time.sleep(5);
        const second = Math.floor(time.now() / 1000);
        const count = (used.get(second) ?? 0) + 1;
        used.set(second, count);
        await time.sleep(5);
        if (announces) rateLimiter.observe(Math.max(0, perSecond - count), 1_000, perSecond);
        if (count > perSecond) rateLimiter.holdFor(1_000);
        return count <= perSecond;
    };
    const serve = async (): Promise<number> => {
        let refusals = 0;
        while (!(await rateLimiter.run(answer, refusals > 0 ? "first" : "last"))) refusals++;
        return refusals;
    };
    const refusals = await time.pass(Promise.all(Array.from({ length: requests }, serve)));
    return { tookMs: time.now() - startMs, refusals };
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

describe("many requests at once", () => {
    it.each([
        [1_000, 100],
        [1_000, 25],
        [200, 5],
    ])(
        "take at most 1.1 times the minimum time if the server announces its limit: %d requests, %d per second",
        async (requests, perSecond) => {
            const { tookMs, refusals } = await flood(requests, perSecond, true);
            expect(tookMs).toBeLessThan((requests / perSecond) * 1_000 * 1.1);
            expect(total(refusals)).toBeLessThan(requests * 0.2);
        },
    );

    it.each([
        [1_000, 100],
        [1_000, 25],
        [200, 5],
    ])(
        "are refused at most once on average if the server does not announce its limit: %d requests, %d per second",
        async (requests, perSecond) => {
            const { tookMs, refusals } = await flood(requests, perSecond, false);
            expect(total(refusals)).toBeLessThan(requests * 0.8);
            expect(Math.max(...refusals)).toBeLessThan(7);
            expect(tookMs).toBeLessThan((requests / perSecond) * 1_000 * 1.6);
        },
    );

    it("are sent in order, refused requests first", async () => {
        const rateLimiter = new RateLimiter(clock, new InFlightLimit(1));
        const begun: string[] = [];
        const named = (name: string) => async () => {
            begun.push(name);
        };
        await Promise.all([
            rateLimiter.run(named("a")),
            rateLimiter.run(named("b")),
            rateLimiter.run(named("c")),
            rateLimiter.run(named("b again"), "first"),
        ]);
        expect(begun).toEqual(["b again", "a", "b", "c"]);
    });
});

describe("rateLimiterOf", () => {
    it("is the same for all clients of a server, and another for another server or clock", () => {
        const rateLimiter = rateLimiterOf("https://api.confluent.cloud", clock);
        expect(rateLimiterOf("https://api.confluent.cloud", clock)).toBe(rateLimiter);
        expect(rateLimiterOf("https://api.confluent.cloud/flink/aws.us-east-2", clock)).toBe(rateLimiter);
        expect(rateLimiterOf("https://flink.us-east-2.aws.confluent.cloud", clock)).not.toBe(rateLimiter);
        expect(rateLimiterOf("https://api.confluent.cloud", new VirtualClock())).not.toBe(rateLimiter);
    });
});
