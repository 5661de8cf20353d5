import type { Clock } from "./clock";

/**
 * Lets requests go at the rate the server wants: a limit on how many are under way, a pause for all of them
 * when the server asked for one, and no more of them than the current window still allows
 * (`X-RateLimit-Remaining`, `X-RateLimit-Reset` in seconds from now).
 */
export class Pacer {
    readonly #clock: Clock;
    readonly #maxInFlight: number;
    readonly #waiting: (() => void)[] = [];
    #inFlight = 0;
    #notBeforeMs = 0;
    #remaining = Number.POSITIVE_INFINITY;
    #windowEndsMs = 0;

    constructor(clock: Clock, maxInFlight: number) {
        this.#clock = clock;
        this.#maxInFlight = maxInFlight;
    }

    /** Runs `send` as soon as it may go. */
    async run<T>(send: () => Promise<T>): Promise<T> {
        while (this.#inFlight >= this.#maxInFlight) {
            await new Promise<void>((resolve) => this.#waiting.push(resolve));
        }
        this.#inFlight++;
        try {
            for (let pause = this.#pauseMs(); pause > 0; pause = this.#pauseMs()) {
                await this.#clock.sleep(pause);
            }
            this.#remaining--;
            return await send();
        } finally {
            this.#inFlight--;
            this.#waiting.shift()?.();
        }
    }

    /** Holds every request back for `ms` milliseconds, because the server said so. */
    holdFor(ms: number): void {
        this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#clock.now() + ms);
    }

    /** Takes in what an answer says of the current window. */
    observe(remaining: number, resetMs: number): void {
        this.#remaining = remaining;
        this.#windowEndsMs = this.#clock.now() + resetMs;
    }

    #pauseMs(): number {
        const now = this.#clock.now();
        if (now >= this.#windowEndsMs) this.#remaining = Number.POSITIVE_INFINITY;
        const windowPause = this.#remaining <= 0 ? this.#windowEndsMs - now : 0;
        return Math.max(this.#notBeforeMs - now, windowPause);
    }
}
