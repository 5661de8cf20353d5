// When requests may go, on a virtual clock. Not proven here: what the server's headers are (confluentApi.test.ts).
import { InFlightLimit, Pacer } from "../../confluent/pacer";
import { VirtualClock } from "../provider/virtualClock";

let clock: VirtualClock;
let startMs: number;

beforeEach(() => {
    clock = new VirtualClock();
    startMs = clock.now();
});

const sentAfterMs = (pacer: Pacer) => pacer.run(async () => clock.now() - startMs);

describe("InFlightLimit", () => {
    it("lets so many go at once and the others one by one as these end, in their order", async () => {
        const pacer = new Pacer(clock, new InFlightLimit(2));
        const begun: number[] = [];
        const ends: (() => void)[] = [];
        const runs = [0, 1, 2, 3].map((n) =>
            pacer.run(() => {
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

    it("is shared by the pacers it is given to, and freed by a failure", async () => {
        const limit = new InFlightLimit(1);
        await expect(new Pacer(clock, limit).run(() => Promise.reject(new Error("no")))).rejects.toThrow(
            "no",
        );
        expect(await sentAfterMs(new Pacer(clock, limit))).toBe(0);
    });

    it("is not used up by a client that pauses", async () => {
        const limit = new InFlightLimit(1);
        const wake: (() => void)[] = [];
        const slow = new Pacer(
            { now: () => startMs, sleep: () => new Promise((resolve) => wake.push(resolve)) },
            limit,
        );
        slow.holdFor(60_000);
        void slow.run(async () => undefined);
        await clock.sleep(0);
        expect(wake).toHaveLength(1);
        expect(await sentAfterMs(new Pacer(clock, limit))).toBe(0);
    });
});

describe("Pacer", () => {
    it("holds every request back as long as the server said", async () => {
        const pacer = new Pacer(clock, new InFlightLimit(4));
        pacer.holdFor(5_000);
        pacer.holdFor(2_000);
        expect(await sentAfterMs(pacer)).toBe(5_000);
        expect(await sentAfterMs(pacer)).toBe(5_000);
    });

    it("sends no more than the window has left, and goes on when it ends", async () => {
        const pacer = new Pacer(clock, new InFlightLimit(4));
        pacer.observe(2, 10_000);
        expect(await sentAfterMs(pacer)).toBe(0);
        expect(await sentAfterMs(pacer)).toBe(0);
        expect(await sentAfterMs(pacer)).toBe(10_000);
        expect(await sentAfterMs(pacer)).toBe(10_000);
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
            const pacer = new Pacer(clock, new InFlightLimit(4));
            pacer.observe(remaining, resetMs);
            expect(await sentAfterMs(pacer)).toBe(0);
        },
    );
});
