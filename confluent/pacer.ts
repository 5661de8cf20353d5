import type { Clock } from "./clock";

/** A window longer than this is no relative number of seconds: a server that means something else is not waited for. */
const longestWindowMs = 5 * 60_000;

/** At most so many requests under way at once; the others wait their turn. */
export class InFlightLimit {
    readonly #waiting: (() => void)[] = [];
    #free: number;

    constructor(max: number) {
        this.#free = max;
    }

    async enter(): Promise<void> {
        if (this.#free > 0) this.#free--;
        // Whoever leaves hands its place over.
        else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }

    leave(): void {
        const next = this.#waiting.shift();
        if (next) next();
        else this.#free++;
    }
}

/** All requests of this process, whatever client and host: a thousand keys open no thousand connections. */
export const processInFlightLimit = new InFlightLimit(32);

/**
 * Lets the requests of one client go at the rate its server wants: a pause for all of them when the server asked for
 * one, and no more of them than the current window still allows (`X-RateLimit-Remaining`, `X-RateLimit-Reset` in
 * seconds from now).
 */
export class Pacer {
    readonly #clock: Clock;
    readonly #inFlight: InFlightLimit;
    #notBeforeMs = 0;
    #remaining = Number.POSITIVE_INFINITY;
    #windowEndsMs = 0;

    constructor(clock: Clock, inFlight: InFlightLimit = processInFlightLimit) {
        this.#clock = clock;
        this.#inFlight = inFlight;
    }

    /** Runs `send` as soon as it may go. */
    async run<T>(send: () => Promise<T>): Promise<T> {
        await this.#inFlight.enter();
        for (let pause = this.#pauseMs(); pause > 0; pause = this.#pauseMs()) {
            // A pause takes no place: other hosts are not to wait for this one.
            this.#inFlight.leave();
            await this.#clock.sleep(pause);
            await this.#inFlight.enter();
        }
        this.#remaining--;
        try {
            return await send();
        } finally {
            this.#inFlight.leave();
        }
    }

    /** Holds every request back for `ms` milliseconds, because the server said so. */
    holdFor(ms: number): void {
        this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#clock.now() + ms);
    }

    /** Takes in what an answer says of the current window; numbers that cannot be meant so are left aside. */
    observe(remaining: number, resetMs: number): void {
        if (!(remaining >= 0 && resetMs >= 0 && resetMs <= longestWindowMs)) return;
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
