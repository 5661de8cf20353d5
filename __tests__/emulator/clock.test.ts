import { MovableClock } from "../../emulator/clock";
import { STOPPED_CLOCK } from "./stoppedClock";

describe("MovableClock", () => {
    it("adds to the clock it stands on", () => {
        const clock = new MovableClock(STOPPED_CLOCK);
        clock.advance(5);
        clock.advance(10);
        expect(clock.now()).toBe(STOPPED_CLOCK.now() + 15);
    });

    it("wakes a sleeper at its moment and not before", async () => {
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

    it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses to move by %d", (ms) => {
        expect(() => new MovableClock(STOPPED_CLOCK).advance(ms)).toThrow(RangeError);
    });
});
