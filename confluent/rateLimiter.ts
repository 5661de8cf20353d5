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

/** What a request takes to its server, generously: a window that it begins does not begin later. */
const wayMs = 25;
/** A client that was refused and sends so many at once again has no need to feel its way any longer. */
const widestStep = 32;

/**
 * Lets requests go at the rate their server wants, in the order in which they came. Where the server says how many a
 * window allows (`X-RateLimit-Limit`, `-Remaining`, `-Reset` in seconds from now), no more of them go. Where it only
 * refuses, all wait as long as it says, and after that they go one by one and, answer by answer, more of them at once:
 * a crowd let loose again would be refused again.
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
    /** What the server said last is left of this window, and how many of that may still go. */
    #said = Number.POSITIVE_INFINITY;
    #remaining = Number.POSITIVE_INFINITY;
    #windowMs = 0;
    #windowBeganMs = Number.POSITIVE_INFINITY;
    #windowEndsMs = 0;

    constructor(clock: Clock, inFlight: InFlightLimit = processInFlightLimit) {
        this.#clock = clock;
        this.#inFlight = inFlight;
    }

    /** Runs `send` when its turn comes: after those that wait already, or before them, for one that was sent before. */
    run<T>(send: () => Promise<T>, turn: "last" | "first" = "last"): Promise<T> {
        return new Promise<T>((resolve, reject) => {
            const go = (): Promise<void> => send().then(resolve, reject);
            if (turn === "first") this.#queue.unshift(go);
            else this.#queue.push(go);
            if (!this.#isDraining) void this.#drain();
        });
    }

    /** Holds every request back for `ms` milliseconds, because the server refused one. */
    holdFor(ms: number): void {
        this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#clock.now() + ms);
        // A server that says how many it allows needs no feeling of the way.
        if (this.#limit === Number.POSITIVE_INFINITY) this.#atOnce = 1;
    }

    /** Takes in what an answer says of the current window; numbers that cannot be meant so are left aside. */
    observe(remaining: number, resetMs: number, limit: number = Number.NaN): void {
        if (!(remaining >= 0 && resetMs >= 0 && resetMs <= longestWindowMs)) return;
        if (limit > 0) this.#limit = limit;
        const now = this.#clock.now();
        // Answers overtake each other, so that a little more may be left than was said before; much more is a new window.
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
            // Whole seconds, rounded up, are most exact at the window's beginning.
            this.#windowEndsMs = Math.min(this.#windowEndsMs, now + resetMs);
        }
        // The server may not have counted the others that are under way.
        this.#remaining = this.#said - Math.max(0, this.#underWay - 1);
    }

    async #drain(): Promise<void> {
        this.#isDraining = true;
        while (this.#queue.length > 0) {
            await this.#mayGo();
            await this.#inFlight.enter();
            // Asked again, for a place may have been long in coming.
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
            // As many as may go at once, ended without a refusal, open the way for one more.
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

/** The one rateLimiter of all clients of `origin` that go by the same clock: a server counts callers, not client objects. */
export function rateLimiterOf(origin: string, clock: Clock): RateLimiter {
    const ofClock = shared.get(clock) ?? new Map<string, RateLimiter>();
    shared.set(clock, ofClock);
    const rateLimiter = ofClock.get(origin) ?? new RateLimiter(clock);
    ofClock.set(origin, rateLimiter);
    return rateLimiter;
}
