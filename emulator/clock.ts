/** The source of the emulator's time. */
export interface EmulatorClock {
    /** Milliseconds since the epoch. */
    now(): number;
}

interface Sleeper {
    dueAt: number;
    wake: () => void;
    timer: NodeJS.Timeout;
}

/**
 * A clock that runs with another clock and can be moved forward. The emulator takes all times from it: timestamps,
 * propagation, phases, token lifetimes, the `Date` header. A test can therefore move 90 days in one call.
 */
export class MovableClock implements EmulatorClock {
    readonly #base: EmulatorClock;
    readonly #sleepers = new Set<Sleeper>();
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
        for (const sleeper of [...this.#sleepers]) {
            if (sleeper.dueAt <= this.now()) sleeper.wake();
        }
    }

    /** Resolves after `ms`, or as soon as the clock was moved that far. */
    sleep(ms: number): Promise<void> {
        return new Promise((resolve) => {
            const sleeper: Sleeper = {
                dueAt: this.now() + ms,
                wake: () => {
                    clearTimeout(sleeper.timer);
                    this.#sleepers.delete(sleeper);
                    resolve();
                },
                timer: setTimeout(() => sleeper.wake(), ms),
            };
            this.#sleepers.add(sleeper);
        });
    }

    /** Ends every `sleep` at once, so that closing the emulator leaves no timer running. */
    wakeAll(): void {
        for (const sleeper of [...this.#sleepers]) {
            sleeper.wake();
        }
    }
}

/** `2026-08-01T00:00:00.000Z` */
export function timestamp(ms: number): string {
    return new Date(ms).toISOString();
}
