import type { ApiAnswer, ApiRequest } from "./apiRequest";
import { type Clock, systemClock } from "./clock";
import { ConfluentError } from "./confluentError";
import type { Credentials } from "./credentials";
import { type HttpResponse, sendOnce } from "./httpClient";
import { type ListAnswer, listPages } from "./listPages";
import { type InFlightLimit, RateLimiter, rateLimiterOf } from "./rateLimiter";
import { parseDateMs, readAnswer } from "./readAnswer";
import { mayRetry, parseRetryAfterMs, patientPolicy, type RetryPolicy, retryDelayMs } from "./retry";
import { mayReceiveSecrets } from "./secretEndpoint";

/** The control plane of Confluent Cloud; `confluentcloud:endpoint` replaces it. */
export const defaultEndpoint = "https://api.confluent.cloud";

export interface ConfluentApiOptions {
    /** Default `https://api.confluent.cloud`. */
    readonly endpoint?: string | undefined;
    readonly credentials: Credentials;
    /** Default: the machine's clock. */
    readonly clock?: Clock;
    /** Default `patientPolicy`. */
    readonly policy?: RetryPolicy;
    /**
     * For a client with a rate limiter of its own. Default: one for all clients of the endpoint, with 32 requests in
     * the process.
     */
    readonly inFlight?: InFlightLimit;
    /** Time limit of one attempt in milliseconds; default 30,000. */
    readonly timeoutMs?: number;
    /** In [0, 1), for the jitter of pauses; default `Math.random`. */
    readonly random?: () => number;
}

/** Sends requests to Confluent Cloud: credentials, time limits, retries, paging, readable errors. */
export class ConfluentApi {
    readonly endpoint: string;
    /** Limit of one attempt. */
    readonly timeoutMs: number;
    readonly #credentials: Credentials;
    readonly #clock: Clock;
    readonly #policy: RetryPolicy;
    readonly #rateLimiter: RateLimiter;
    readonly #random: () => number;
    readonly #isSafe: boolean;

    constructor(options: ConfluentApiOptions) {
        this.endpoint = (options.endpoint ?? defaultEndpoint).replace(/\/+$/, "");
        this.#isSafe = mayReceiveSecrets(this.endpoint);
        this.#credentials = options.credentials;
        this.#clock = options.clock ?? systemClock;
        this.#policy = options.policy ?? patientPolicy;
        this.#rateLimiter = options.inFlight
            ? new RateLimiter(this.#clock, options.inFlight)
            : rateLimiterOf(this.endpoint, this.#clock);
        this.timeoutMs = options.timeoutMs ?? 30_000;
        this.#random = options.random ?? Math.random;
    }

    /** Sends `request`, repeats it if that is harmless, and returns the successful answer. Throws ConfluentError. */
    async send(request: ApiRequest): Promise<ApiAnswer> {
        const method = request.isRepeatable ? "GET" : request.method;
        let renewed = false;
        for (let attempt = 1; ; attempt++) {
            const headers = await this.#credentials.headers();
            const turn = attempt > 1 ? "first" : "last";
            const result = await this.#rateLimiter.run(async () => {
                const outcome = await this.#attempt(request, headers);
                // Before the next request is sent: if the server asks one to slow down, this applies to all requests
                // to this server.
                if (outcome instanceof ConfluentError) this.#slowDown(outcome, method, attempt);
                return outcome;
            }, turn);
            if (!(result instanceof ConfluentError)) return result;
            if (result.kind === "unauthenticated" && !renewed && (await this.#credentials.renew?.(headers))) {
                // 401 means that the request was rejected unread, so that a POST may be sent again too.
                renewed = true;
                continue;
            }
            if (!mayRetry(method, result, attempt, this.#policy)) throw result;
            // A request that was asked to slow down waits with all the others.
            if (result.kind !== "rateLimited") await this.#clock.sleep(this.#delayMs(result, attempt));
        }
    }

    /** Every row of a list, or an error; never a part of the list. */
    list(path: string, query: Record<string, string>, purpose: string): Promise<ListAnswer> {
        const request: ApiRequest = { method: "GET", path, purpose, query };
        return listPages(
            (page) => this.send(page),
            (status) => this.malformed(request, status),
            request,
        );
    }

    /** The error for a successful answer in which something is missing. */
    malformed(request: ApiRequest, status: number, requestId?: string): ConfluentError {
        return new ConfluentError({ ...this.#details(request), kind: "malformed", status, requestId });
    }

    #slowDown(refusal: ConfluentError, method: string, attempt: number): void {
        if (refusal.kind !== "rateLimited" || !mayRetry(method, refusal, attempt, this.#policy)) return;
        this.#rateLimiter.holdFor(refusal.retryAfterMs || this.#delayMs(refusal, attempt));
    }

    #delayMs(error: ConfluentError, attempt: number): number {
        return retryDelayMs(attempt, this.#policy, error.retryAfterMs, this.#random());
    }

    async #attempt(
        request: ApiRequest,
        credentials: Readonly<Record<string, string>>,
    ): Promise<ApiAnswer | ConfluentError> {
        if (!this.#isSafe) return new ConfluentError({ ...this.#details(request), kind: "insecure" });
        const response = await sendOnce(this.endpoint, request, credentials, this.timeoutMs);
        if ("kind" in response) return new ConfluentError({ ...this.#details(request), ...response });
        this.#observeRate(response);
        const answer = readAnswer(request, response);
        if (!("kind" in answer)) return answer;
        const { status, headers } = response;
        const requestId = this.#clean(headers["x-request-id"]);
        if (answer.kind === "malformed") return this.malformed(request, status, requestId);
        return new ConfluentError({
            ...this.#details(request),
            kind: answer.kind,
            remedy:
                (status < 500 && answer.kind !== "unexpected" ? request.remedy : undefined) ??
                this.#credentials.remedies?.[answer.kind],
            status,
            code: this.#clean(answer.code),
            detail: this.#clean(answer.detail),
            pointer: this.#clean(answer.pointer),
            errorId: this.#clean(answer.errorId),
            requestId,
            retryAfterMs: parseRetryAfterMs(
                headers["retry-after"],
                parseDateMs(headers.date) ?? this.#clock.now(),
            ),
        });
    }

    #observeRate({ headers }: HttpResponse): void {
        const remaining = headers["x-ratelimit-remaining"];
        const resetSeconds = headers["x-ratelimit-reset"];
        if (remaining === undefined || resetSeconds === undefined) return;
        const limit = Number(headers["x-ratelimit-limit"] ?? Number.NaN);
        this.#rateLimiter.observe(Number(remaining), Number(resetSeconds) * 1000, limit);
    }

    /** What a server said, in one line, without credentials, of at most 300 characters. */
    #clean(said: unknown): string | undefined {
        if (typeof said !== "string" || said === "") return undefined;
        const line = this.#credentials.redact(said).replace(/\s+/g, " ").trim().replace(/\.$/, "");
        return line.length > 300 ? `${line.slice(0, 300)}…` : line;
    }

    #details(request: ApiRequest): { method: string; target: string; purpose: string } {
        return {
            method: request.method,
            target: `${withoutUserInfo(this.endpoint)}${request.path}`,
            purpose: request.purpose,
        };
    }
}

function withoutUserInfo(url: string): string {
    return url.replace(/\/\/[^/@]*@/, "//");
}
