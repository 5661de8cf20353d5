import type { Clock } from "../../confluent/clock";

/** Time for the provider and the emulator alike: it passes when somebody sleeps or a test says so, and never by itself. */
export class VirtualClock implements Clock {
    #nowMs = Date.UTC(2026, 7, 1);

    now(): number {
        return this.#nowMs;
    }

    /** Resolves at once, `ms` milliseconds later by this clock. */
    async sleep(ms: number): Promise<void> {
        this.#nowMs += Math.max(0, ms);
        await new Promise((resolve) => setImmediate(resolve));
    }

    advance(ms: number): void {
        this.#nowMs += ms;
    }
}
