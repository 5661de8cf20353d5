/** The source of the emulator's time. */
export interface EmulatorClock {
    /** Milliseconds since the epoch. */
    now(): number;
}

/**
 * A clock that runs with another clock and can be moved forward. The emulator takes all times from it: timestamps,
 * propagation, phases, token lifetimes, the `Date` header. A test can therefore move 90 days in one call.
 */
export class MovableClock implements EmulatorClock {
    readonly #base: EmulatorClock;
    /** What ends each `sleep`, and when it is due. */
    readonly #sleepers = new Map<() => void, number>();
    #offsetMs = 0;

    constructor(base: EmulatorClock = { now: () => Date.now() }) {
        this.#base = base;
    }

    now(): number {
        return this.#base.now() + this.#offsetMs;
    }

    /** Moves forward by `ms`. Every `sleep` that ends until then resolves. */
    advance(ms: number): void {
        if (!Number.isFinite(ms) || ms < 0) {
            throw new RangeError(
                `The clock only moves forward: got ${ms} ms, expected a number of at least 0.`,
            );
        }
        this.#offsetMs += ms;
        this.#wakeUntil(this.now());
    }

    /** Resolves after `ms`, or as soon as the clock was moved that far. */
    sleep(ms: number): Promise<void> {
        return new Promise((resolve) => {
            const wake = (): void => {
                clearTimeout(timer);
                this.#sleepers.delete(wake);
                resolve();
            };
            const timer = setTimeout(wake, ms);
            this.#sleepers.set(wake, this.now() + ms);
        });
    }

    /** Ends every `sleep` at once, so that closing the emulator leaves no timer running. */
    wakeAll(): void {
        this.#wakeUntil(Number.POSITIVE_INFINITY);
    }

    #wakeUntil(untilMs: number): void {
        for (const [wake, dueAt] of [...this.#sleepers]) if (dueAt <= untilMs) wake();
    }
}

/** `2026-08-01T00:00:00.000Z` */
export function timestamp(ms: number): string {
    return new Date(ms).toISOString();
}
