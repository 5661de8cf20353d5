import type { Clock } from "./clock";

/** A longer window is not a relative number of seconds, and is ignored. */
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
        // A request that ends passes its place to the next one.
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

/** Upper limit for the time that a request takes to its server. A window that it starts does not start later. */
const wayMs = 25;
/** After a refusal, a client that has reached this many requests at once again no longer needs to increase slowly. */
const widestStep = 32;

/**
 * Sends requests in order, at the rate that the server allows. If the server says how many requests a window allows
 * (`X-RateLimit-Limit`, `-Remaining`, `-Reset` in seconds from now), no more are sent. If it only refuses, all
 * requests wait as long as it says. Then they are sent one at a time, and with every answer one more at once, because
 * all of them together would be refused again.
 */
export class RateLimiter {
    readonly #clock: Clock;
    readonly #inFlight: InFlightLimit;
    readonly #queue: (() => Promise<void>)[] = [];
    #isDraining = false;
    #underWay = 0;
    #atOnce = Number.POSITIVE_INFINITY;
    #oneEnded: (() => void) | undefined;
    #heldUntilMs = 0;
    /** Requests that each window allows. */
    #limit = Number.POSITIVE_INFINITY;
    /** What remains of this window by the server's last answer, and how many requests may still be sent. */
    #said = Number.POSITIVE_INFINITY;
    #remaining = Number.POSITIVE_INFINITY;
    #windowMs = 0;
    #windowBeganMs = Number.POSITIVE_INFINITY;
    #windowEndsMs = 0;

    constructor(clock: Clock, inFlight: InFlightLimit = processInFlightLimit) {
        this.#clock = clock;
        this.#inFlight = inFlight;
    }

    /** Runs `send` when its turn comes: after the waiting requests, or before them if it is a repeated request. */
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
        // If the server says how many requests it allows, there is no need to increase slowly.
        if (this.#limit === Number.POSITIVE_INFINITY) this.#atOnce = 1;
    }

    /** Reads the current window from an answer. Implausible numbers are ignored. */
    observe(remaining: number, resetMs: number, limit: number = Number.NaN): void {
        if (!(remaining >= 0 && resetMs >= 0 && resetMs <= longestWindowMs)) return;
        if (limit > 0) this.#limit = limit;
        const now = this.#clock.now();
        // Answers may arrive out of order, so a slightly higher remainder is possible. A much higher one means a new
        // window.
        const overtaken = Math.min(this.#underWay, Math.max(3, this.#limit / 10));
        const isNewWindow = now >= this.#windowEndsMs || remaining > this.#said + overtaken;
        const isFirstAnswer = this.#said === Number.POSITIVE_INFINITY;
        if (isNewWindow || isFirstAnswer) {
            const beganMs = isFirstAnswer ? Math.min(now, this.#windowBeganMs + wayMs) : now;
            this.#said = remaining;
            this.#windowMs = resetMs;
            this.#windowEndsMs = beganMs + resetMs;
        } else {
            this.#said = Math.min(this.#said, remaining);
            // Whole seconds, rounded up, are most exact at the start of a window.
            this.#windowEndsMs = Math.min(this.#windowEndsMs, now + resetMs);
        }
        // The server may not have counted the other requests in progress.
        this.#remaining = this.#said - Math.max(0, this.#underWay - 1);
    }

    async #drain(): Promise<void> {
        this.#isDraining = true;
        while (this.#queue.length > 0) {
            await this.#mayGo();
            await this.#inFlight.enter();
            // Checked again, because the wait for a place may have been long.
            if (this.#pauseMs() > 0) this.#inFlight.leave();
            else this.#dispatch();
        }
        this.#isDraining = false;
    }

    async #mayGo(): Promise<void> {
        for (let pause = this.#pauseMs(); pause > 0; pause = this.#pauseMs()) await this.#clock.sleep(pause);
        while (this.#underWay >= Math.floor(this.#atOnce)) {
            await new Promise<void>((resolve) => {
                this.#oneEnded = resolve;
            });
        }
    }

    #dispatch(): void {
        const go = this.#queue.shift() as () => Promise<void>;
        this.#remaining--;
        this.#underWay++;
        const heldUntilMs = this.#heldUntilMs;
        void go().then(() => {
            this.#underWay--;
            // When as many requests as are allowed at once ended without a refusal, one more is allowed.
            if (heldUntilMs === this.#heldUntilMs) this.#atOnce += 1 / this.#atOnce;
            if (this.#atOnce > widestStep) this.#atOnce = Number.POSITIVE_INFINITY;
            this.#inFlight.leave();
            this.#oneEnded?.();
        });
    }

    #pauseMs(): number {
        const now = this.#clock.now();
        if (now >= this.#windowEndsMs) {
            this.#remaining = this.#limit;
            this.#said = Number.POSITIVE_INFINITY;
            this.#windowBeganMs = now;
            this.#windowEndsMs = now + this.#windowMs;
        }
        const windowPause = this.#remaining <= 0 ? this.#windowEndsMs - now : 0;
        return Math.max(this.#heldUntilMs - now, windowPause);
    }
}

const shared = new WeakMap<Clock, Map<string, RateLimiter>>();

/** One rate limiter for all clients of `origin` with the same clock: a server counts callers, not client objects. */
export function rateLimiterOf(origin: string, clock: Clock): RateLimiter {
    const ofClock = shared.get(clock) ?? new Map<string, RateLimiter>();
    shared.set(clock, ofClock);
    const rateLimiter = ofClock.get(origin) ?? new RateLimiter(clock);
    ofClock.set(origin, rateLimiter);
    return rateLimiter;
}
