import { unusualError } from "./apiError";
import type { EmulatorClock } from "./clock";

/** A limit on the requests of all callers together, per second of the emulator's clock. */
export class RateLimit {
    readonly #clock: EmulatorClock;
    readonly #requestsPerSecond: number;
    #second = 0;
    #used = 0;

    constructor(clock: EmulatorClock, requestsPerSecond: number) {
        this.#clock = clock;
        this.#requestsPerSecond = requestsPerSecond;
    }

    /** Counts a request and returns its rate-limit headers. Throws a 429, with an empty body as documented, over the limit. */
    spend(): Record<string, string> {
        const second = Math.floor(this.#clock.now() / 1000);
        if (second !== this.#second) {
            this.#second = second;
            this.#used = 0;
        }
        this.#used += 1;
        const headers = {
            "x-ratelimit-limit": String(this.#requestsPerSecond),
            "x-ratelimit-remaining": String(Math.max(0, this.#requestsPerSecond - this.#used)),
            // Seconds from now.
            "x-ratelimit-reset": "1",
        };
        if (this.#used > this.#requestsPerSecond)
            throw unusualError(429, "", "Too many requests.", { ...headers, "retry-after": "1" });
        return headers;
    }
}
