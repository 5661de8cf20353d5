import { unusualError } from "./apiError";
import type { EmulatorClock } from "./clock";

/**
 * A limit on the requests of all callers together, per second of the emulator's clock: counts a request and returns its rate-limit
 * headers. Throws a 429, with an empty body as documented, over the limit.
 */
export function rateLimiter(clock: EmulatorClock, requestsPerSecond: number): () => Record<string, string> {
    let [second, used] = [0, 0];
    return () => {
        const now = Math.floor(clock.now() / 1000);
        [second, used] = [now, now === second ? used + 1 : 1];
        const headers = {
            "x-ratelimit-limit": String(requestsPerSecond),
            "x-ratelimit-remaining": String(Math.max(0, requestsPerSecond - used)),
            // Seconds from now.
            "x-ratelimit-reset": "1",
        };
        if (used > requestsPerSecond)
            throw unusualError(429, "", "Too many requests.", { ...headers, "retry-after": "1" });
        return headers;
    };
}
