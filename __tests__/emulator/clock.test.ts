import { MovableClock } from "../../emulator/clock";
import { STOPPED_CLOCK } from "./stoppedClock";

describe("MovableClock", () => {
    it("adds to the base clock", () => {
        const clock = new MovableClock(STOPPED_CLOCK);
        clock.advance(5);
        clock.advance(10);
        expect(clock.now()).toBe(STOPPED_CLOCK.now() + 15);
    });

    it("ends a sleep at its time and not before", async () => {
        const clock = new MovableClock(STOPPED_CLOCK);
        let isAwake = false;
        const slept = clock.sleep(60_000).then(() => {
            isAwake = true;
        });
        clock.advance(59_999);
        await Promise.resolve();
        expect(isAwake).toBe(false);
        clock.advance(1);
        await slept;
        expect(isAwake).toBe(true);
    });

    it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("rejects a move by %d", (ms) => {
        expect(() => new MovableClock(STOPPED_CLOCK).advance(ms)).toThrow(RangeError);
    });
});
