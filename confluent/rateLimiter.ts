import type { Clock } from "./clock";
import { printableUrl } from "./printableUrl";

/** A longer window is probably a point in time instead of a number of seconds, and is ignored. */
const longestWindowMs = 5 * 60_000;

/** Limits how many requests are in progress at once; the others wait their turn. */
export class InFlightLimit {
    readonly #waiting: (() => void)[] = [];
    #free: number;

    constructor(max: number) {
        this.#free = max;
    }

    async enter(): Promise<void> {
        if (this.#free > 0) this.#free--;
        // A request that ends leaves its slot to the next one.
        else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }

    leave(): void {
        const next = this.#waiting.shift();
        if (next) next();
        else this.#free++;
    }
}

/** For all requests of this process, to any host: a thousand keys must not open a thousand connections. */
export const processInFlightLimit = new InFlightLimit(32);

/** Upper limit of the time that a request takes to reach its server, where it may start a window. */
const maxTransitMs = 25;
/** After a refusal, the slow increase ends when this many requests are in progress. */
const slowIncreaseEnd = 32;

/**
 * Sends requests in order, at the rate that the server announces (`X-RateLimit-Limit`, `-Remaining`, `-Reset` in seconds from
 * now). If it only refuses a request, all wait for `Retry-After`; then one is sent at a time, and the limit increases slowly,
 * because all of them together would be refused again.
 */
export class RateLimiter {
    readonly #clock: Clock;
    readonly #inFlight: InFlightLimit;
    readonly #queue: (() => Promise<void>)[] = [];
    #isDraining = false;
    #inProgress = 0;
    #maxInProgress = Number.POSITIVE_INFINITY;
    #onRequestEnd: (() => void) | undefined;
    #heldUntilMs = 0;
    /** Number of requests that each window allows. */
    #limit = Number.POSITIVE_INFINITY;
    /** Remaining requests of this window: in the server's last response, and the number that may still be sent. */
    #reported = Number.POSITIVE_INFINITY;
    #remaining = Number.POSITIVE_INFINITY;
    #windowMs = 0;
    #windowBeganMs = Number.POSITIVE_INFINITY;
    #windowEndsMs = 0;

    constructor(clock: Clock, inFlight: InFlightLimit = processInFlightLimit) {
        this.#clock = clock;
        this.#inFlight = inFlight;
    }

    /** Runs `send` when its turn comes: after the waiting requests, or before them for a repeated request. */
    run<T>(send: () => Promise<T>, turn: "last" | "first" = "last"): Promise<T> {
        return new Promise<T>((resolve, reject) => {
            const go = (): Promise<void> => send().then(resolve, reject);
            if (turn === "first") this.#queue.unshift(go);
            else this.#queue.push(go);
            if (!this.#isDraining) void this.#drain();
        });
    }

    /** Delays every request by `ms` milliseconds, because the server refused one. */
    holdFor(ms: number): void {
        this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#clock.now() + ms);
        // If the server announces its limit, there is no need to increase slowly.
        if (this.#limit === Number.POSITIVE_INFINITY) this.#maxInProgress = 1;
    }

    /** Updates the current window from the headers of a response. Implausible numbers are ignored. */
    observe(remaining: number, resetMs: number, limit: number = Number.NaN): void {
        if (!(remaining >= 0 && resetMs >= 0 && resetMs <= longestWindowMs)) return;
        if (limit > 0) this.#limit = limit;
        const now = this.#clock.now();
        // Responses may arrive out of order, so a slightly higher number is possible. A much higher one means a new
        // window.
        const tolerance = Math.min(this.#inProgress, Math.max(3, this.#limit / 10));
        const isNewWindow = now >= this.#windowEndsMs || remaining > this.#reported + tolerance;
        const isFirstAnswer = this.#reported === Number.POSITIVE_INFINITY;
        if (isNewWindow || isFirstAnswer) {
            const beganMs = isFirstAnswer ? Math.min(now, this.#windowBeganMs + maxTransitMs) : now;
            this.#reported = remaining;
            this.#windowMs = resetMs;
            this.#windowEndsMs = beganMs + resetMs;
        } else {
            this.#reported = Math.min(this.#reported, remaining);
            // The header has whole seconds, rounded up, so the earliest end is the most exact.
            this.#windowEndsMs = Math.min(this.#windowEndsMs, now + resetMs);
        }
        // The server may not have counted the other requests in progress.
        this.#remaining = this.#reported - Math.max(0, this.#inProgress - 1);
    }

    async #drain(): Promise<void> {
        this.#isDraining = true;
        while (this.#queue.length > 0) {
            await this.#mayGo();
            await this.#inFlight.enter();
            // Checked again, because the wait for a slot may have been long.
            if (this.#pauseMs() > 0) this.#inFlight.leave();
            else this.#dispatch();
        }
        this.#isDraining = false;
    }

    async #mayGo(): Promise<void> {
        for (let pause = this.#pauseMs(); pause > 0; pause = this.#pauseMs()) await this.#clock.sleep(pause);
        while (this.#inProgress >= Math.floor(this.#maxInProgress)) {
            await new Promise<void>((resolve) => {
                this.#onRequestEnd = resolve;
            });
        }
    }

    #dispatch(): void {
        const go = this.#queue.shift() as () => Promise<void>;
        this.#remaining--;
        this.#inProgress++;
        const heldUntilMs = this.#heldUntilMs;
        void go().then(() => {
            this.#inProgress--;
            // When as many requests as may be in progress have ended without a refusal, one more is allowed.
            if (heldUntilMs === this.#heldUntilMs) this.#maxInProgress += 1 / this.#maxInProgress;
            if (this.#maxInProgress > slowIncreaseEnd) this.#maxInProgress = Number.POSITIVE_INFINITY;
            this.#inFlight.leave();
            this.#onRequestEnd?.();
        });
    }

    #pauseMs(): number {
        const now = this.#clock.now();
        if (now >= this.#windowEndsMs) {
            this.#remaining = this.#limit;
            this.#reported = Number.POSITIVE_INFINITY;
            this.#windowBeganMs = now;
            this.#windowEndsMs = now + this.#windowMs;
        }
        const windowPause = this.#remaining <= 0 ? this.#windowEndsMs - now : 0;
        return Math.max(this.#heldUntilMs - now, windowPause);
    }
}

const shared = new WeakMap<Clock, Map<string, RateLimiter>>();

/** One rate limiter for all clients of a server with the same clock: it counts callers, not client objects or paths of its endpoints. */
export function rateLimiterOf(endpoint: string, clock: Clock): RateLimiter {
    const origin = printableUrl(endpoint);
    const ofClock = shared.get(clock) ?? new Map<string, RateLimiter>();
    shared.set(clock, ofClock);
    const rateLimiter = ofClock.get(origin) ?? new RateLimiter(clock);
    ofClock.set(origin, rateLimiter);
    return rateLimiter;
}
