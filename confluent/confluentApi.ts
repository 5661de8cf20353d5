import type { ApiRequest, ApiResponse } from "./apiRequest";
import { type Clock, systemClock } from "./clock";
import { ConfluentError, type Failure } from "./confluentError";
import type { Credentials } from "./credentials";
import { type HttpResponse, sendOnce } from "./httpClient";
import { readPage } from "./listPages";
import { plainText } from "./plainText";
import { printableUrl } from "./printableUrl";
import { type RateLimiter, rateLimiterOf } from "./rateLimiter";
import { readResponse } from "./readResponse";
import { type FailedAttempt, mayRetry, patientPolicy, type RetryPolicy, retryDelayMs } from "./retry";
import { mayReceiveSecrets } from "./safeEndpoint";

/** The control plane of Confluent Cloud; `confluentcloud:endpoint` replaces it. */
export const defaultEndpoint = "https://api.confluent.cloud";

/** The fields of a row of a list. */
export type Row = Readonly<Record<string, unknown>>;

const pageSize = 100;
/** Stops an endless list. It is ten times what an organization may have. */
const maxPages = 1000;

export interface ConfluentApiOptions {
    /** Default `https://api.confluent.cloud`. */
    readonly endpoint?: string | undefined;
    readonly credentials: Credentials;
    /** Default: the machine's clock. */
    readonly clock?: Clock;
    /** Default `patientPolicy`. */
    readonly policy?: RetryPolicy;
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
        this.#rateLimiter = rateLimiterOf(this.endpoint, this.#clock);
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

    /** What `read` makes of the response. Throws ConfluentError also if that is undefined, because something is missing. */
    async ask<T>(
        request: ApiRequest,
        read: (json: unknown, response: ApiResponse) => T | undefined,
    ): Promise<T> {
        const response = await this.send(request);
        const found = read(response.json, response);
        if (found === undefined) throw this.#malformed(request, response);
        return found;
    }

    /**
     * What `read` makes of every row of a list. Of `metadata.next` only the token is used, so that credentials go nowhere else.
     * Never a part of a list, because a missing row counts as proof that a resource is gone: throws if the list cannot be read
     * to its end, or a row is undefined.
     */
    async list<T = unknown>(
        path: string,
        filter: Record<string, string>,
        purpose: string,
        read: (row: Row) => T | undefined = (row) => row as T,
    ): Promise<{ rows: readonly T[]; dateMs: number | undefined }> {
        const rows: T[] = [];
        const tokens = new Set<string>();
        let pageToken: string | undefined;
        for (;;) {
            const query = { ...filter, page_size: pageSize, ...(pageToken && { page_token: pageToken }) };
            const request: ApiRequest = { method: "GET", path, purpose, query };
            const response = await this.send(request);
            const { data, next } = readPage(response.json);
            for (const row of data ?? []) {
                const found = read((row ?? {}) as Row);
                if (found === undefined) throw this.#malformed(request, response);
                rows.push(found);
            }
            if (data !== undefined && next === undefined) return { rows, dateMs: response.dateMs };
            const isEndless = tokens.size + 1 === maxPages || tokens.has(next?.token ?? "");
            if (data === undefined || !next?.token || isEndless) throw this.#malformed(request, response);
            pageToken = next.token;
            tokens.add(pageToken);
        }
    }

    /** The error for a successful response in which something is missing. */
    #malformed(request: ApiRequest, { status }: ApiResponse): ConfluentError {
        return this.#errorOf(request, { kind: "malformed", status });
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
        if (!this.#isSafe) return this.#errorOf(request, { kind: "insecure" });
        const response = await sendOnce(this.endpoint, request, credentials, this.timeoutMs);
        if (!("kind" in response)) this.#observeRate(response);
        const result = "kind" in response ? response : readResponse(request, response, this.#clock.now());
        return "kind" in result ? this.#errorOf(request, result) : result;
    }

    #errorOf(request: ApiRequest, failure: Failure): ConfluentError {
        const { kind, status = 0, code, detail, pointer, errorId, requestId } = failure;
        const isRefused = status >= 400 && status < 500 && kind !== "unexpected";
        return new ConfluentError({
            ...failure,
            method: request.method,
            // The path of a token URL is the company's own.
            target: `${printableUrl(this.endpoint)}${request.form ? "" : request.path}`,
            purpose: request.purpose,
            remedy: (isRefused ? request.remedy : undefined) ?? this.#credentials.remedies?.[kind],
            code: this.#clean(code),
            detail: this.#clean(detail),
            pointer: this.#clean(pointer),
            errorId: this.#clean(errorId),
            requestId: this.#clean(requestId),
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
    #clean(text: string | undefined): string | undefined {
        if (text === undefined) return undefined;
        const line = plainText(this.#credentials.redact(text).replace(/\s+/g, " ").trim()).replace(/\.$/, "");
        return line.length > 300 ? `${line.slice(0, 300)}…` : line;
    }
}
