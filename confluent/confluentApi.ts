import type { ApiRequest, ApiResponse } from "./apiRequest";
import { type Clock, systemClock } from "./clock";
import { ConfluentError } from "./confluentError";
import type { Credentials } from "./credentials";
import { type HttpResponse, sendOnce } from "./httpClient";
import { type ListResult, listPages } from "./listPages";
import { plainText } from "./plainText";
import { printableUrl } from "./printableUrl";
import { type InFlightLimit, RateLimiter, rateLimiterOf } from "./rateLimiter";
import { parseDateMs, readResponse } from "./readResponse";
import {
    type FailedAttempt,
    mayRetry,
    parseRetryAfterMs,
    patientPolicy,
    type RetryPolicy,
    retryDelayMs,
} from "./retry";
import { mayReceiveSecrets } from "./safeEndpoint";

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
     * Gives this client its own rate limiter with this limit. Default: all clients of the endpoint share one, and the
     * process has at most 32 requests in progress.
     */
    readonly inFlight?: InFlightLimit;
    /** Time limit of one attempt in milliseconds; default 30,000. */
    readonly timeoutMs?: number;
    /** Returns a number in [0, 1), for the jitter of pauses. Default `Math.random`. */
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

    /** Sends `request`, repeats it if that is harmless, and returns the successful response. Throws ConfluentError. */
    async send(request: ApiRequest): Promise<ApiResponse> {
        const method = request.isRepeatable ? "GET" : request.method;
        let renewed = false;
        let firstSentMs: number | undefined;
        for (let attempt = 1; ; attempt++) {
            const headers = await this.#credentials.headers();
            const turn = attempt > 1 ? "first" : "last";
            const result = await this.#rateLimiter.run(async () => {
                // Time in the queue does not count: a thousand keys wait for each other.
                firstSentMs ??= this.#clock.now();
                const outcome = await this.#attempt(request, headers);
                if (!(outcome instanceof ConfluentError)) return outcome;
                const failed = { error: outcome, attempt, elapsedMs: this.#clock.now() - firstSentMs };
                // Before the next request is sent: a request to slow down applies to all requests to this server.
                this.#slowDown(failed, method);
                return failed;
            }, turn);
            if (!("error" in result)) return result;
            if (
                result.error.kind === "unauthenticated" &&
                !renewed &&
                (await this.#credentials.renew?.(headers))
            ) {
                // A request with 401 had no effect, so a POST may be sent again too.
                renewed = true;
                continue;
            }
            if (!mayRetry(method, result, this.#policy)) throw result.error;
            // After 429, the rate limiter makes all requests wait.
            if (result.error.kind !== "rateLimited") await this.#clock.sleep(this.#delayMs(result));
        }
    }

    /** All rows of a list. Throws instead of returning a part of the list. */
    list(path: string, query: Record<string, string>, purpose: string): Promise<ListResult> {
        const request: ApiRequest = { method: "GET", path, purpose, query };
        return listPages(
            (page) => this.send(page),
            (status) => this.malformed(request, status),
            request,
        );
    }

    /** The error for a successful response in which something is missing. */
    malformed(request: ApiRequest, status: number, requestId?: string): ConfluentError {
        const remedy = this.#credentials.remedies?.malformed;
        return new ConfluentError({
            ...this.#details(request),
            kind: "malformed",
            status,
            requestId,
            remedy,
        });
    }

    #slowDown(failed: FailedAttempt, method: string): void {
        if (failed.error.kind !== "rateLimited" || !mayRetry(method, failed, this.#policy)) return;
        this.#rateLimiter.holdFor(failed.error.retryAfterMs || this.#delayMs(failed));
    }

    #delayMs(failed: FailedAttempt): number {
        return retryDelayMs(failed, this.#policy, this.#random());
    }

    async #attempt(
        request: ApiRequest,
        credentials: Readonly<Record<string, string>>,
    ): Promise<ApiResponse | ConfluentError> {
        if (!this.#isSafe) return new ConfluentError({ ...this.#details(request), kind: "insecure" });
        const response = await sendOnce(this.endpoint, request, credentials, this.timeoutMs);
        if ("kind" in response) {
            const remedy = this.#credentials.remedies?.[response.kind];
            return new ConfluentError({ ...this.#details(request), ...response, remedy });
        }
        this.#observeRate(response);
        const result = readResponse(request, response);
        if (!("kind" in result)) return result;
        const { status, headers } = response;
        const requestId = this.#clean(headers["x-request-id"]);
        if (result.kind === "malformed") return this.malformed(request, status, requestId);
        return new ConfluentError({
            ...this.#details(request),
            kind: result.kind,
            remedy:
                (status < 500 && result.kind !== "unexpected" ? request.remedy : undefined) ??
                this.#credentials.remedies?.[result.kind],
            status,
            code: this.#clean(result.code),
            detail: this.#clean(result.detail),
            pointer: this.#clean(result.pointer),
            errorId: this.#clean(result.errorId),
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

    /** A text from the server in one line, without credentials, cut to 300 characters. */
    #clean(text: unknown): string | undefined {
        if (typeof text !== "string" || text === "") return undefined;
        const line = plainText(this.#credentials.redact(text).replace(/\s+/g, " ").trim()).replace(/\.$/, "");
        return line.length > 300 ? `${line.slice(0, 300)}…` : line;
    }

    #details(request: ApiRequest): { method: string; target: string; purpose: string } {
        return {
            method: request.method,
            // The path of a token URL is the company's own.
            target: `${printableUrl(this.endpoint)}${request.form ? "" : request.path}`,
            purpose: request.purpose,
        };
    }
}
