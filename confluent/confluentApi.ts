import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AxiosInstance, AxiosResponse, AxiosStatic } from "axios";
import { type Clock, systemClock } from "./clock";
import { ConfluentError, type ConfluentErrorKind, kindOfStatus } from "./confluentError";
import type { Credentials } from "./credentials";
import { type InFlightLimit, RateLimiter, rateLimiterOf } from "./rateLimiter";
import { mayRetry, parseRetryAfterMs, patientPolicy, type RetryPolicy, retryDelayMs } from "./retry";
import { mayReceiveSecrets } from "./secretEndpoint";

/** The control plane of Confluent Cloud; `confluentcloud:endpoint` replaces it. */
export const defaultEndpoint = "https://api.confluent.cloud";

const maxAnswerBytes = 16 * 1024 * 1024;
// A runaway `metadata.next` ends here: 1,000 pages of 100 rows are ten times what an organization may hold.
const maxPages = 1000;
const pageSize = 100;
const maxRedirects = 3;

// One pool of connections for the process, however many clients it makes. Axios itself honours HTTP_PROXY,
// HTTPS_PROXY and NO_PROXY; Node honours NODE_EXTRA_CA_CERTS.
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

let instance: AxiosInstance | undefined;

function http(): AxiosInstance {
    instance ??= loadAxios().create({
        httpAgent,
        httpsAgent,
        responseType: "text",
        transformResponse: (body: unknown) => body,
        validateStatus: () => true,
        maxContentLength: maxAnswerBytes,
        maxRedirects,
        headers: { Accept: "application/json", "User-Agent": "pulumi-confluent-flink" },
    });
    return instance;
}

/** With the first request: axios takes five times as long to load as all else, and a run that changes nothing asks nothing. */
function loadAxios(): AxiosStatic {
    return require("axios");
}

export interface ConfluentApiOptions {
    /** Default `https://api.confluent.cloud`. */
    readonly endpoint?: string | undefined;
    readonly credentials: Credentials;
    /** Default: the machine's clock. */
    readonly clock?: Clock;
    /** Default `patientPolicy`. */
    readonly policy?: RetryPolicy;
    /** For a client that is paced by itself; default: with all clients of the endpoint, 32 requests in the process. */
    readonly inFlight?: InFlightLimit;
    /** Limit of one attempt in milliseconds; default 30,000. */
    readonly timeoutMs?: number;
    /** In [0, 1), for the jitter of pauses; default `Math.random`. */
    readonly random?: () => number;
}

export interface ApiRequest {
    readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
    readonly path: string;
    readonly query?: Readonly<Record<string, string | number>>;
    /** Sent as JSON. */
    readonly body?: unknown;
    /** Sent form-encoded, in place of `body`. */
    readonly form?: Readonly<Record<string, string>>;
    /** A POST that may be sent again like a GET, for it makes nothing. Default false. */
    readonly isRepeatable?: boolean;
    /** What to do when it is refused (4xx); default: what `confluentError.ts` says of the kind. */
    readonly remedy?: string;
    /** For error messages, in a person's words: `reading environment env-abc123`. */
    readonly purpose: string;
}

export interface ApiAnswer {
    readonly status: number;
    /** The parsed body; undefined where there is none. */
    readonly json: unknown;
    /** The server's own clock (header `Date`), so that ages do not depend on this machine's. */
    readonly dateMs: number | undefined;
}

/** Requests to Confluent Cloud: credentials, time limits, retries, paging, errors that a person can read. */
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

    /** Sends `request`, again where that is harmless, and gives the successful answer. Throws ConfluentError. */
    async send(request: ApiRequest): Promise<ApiAnswer> {
        const method = request.isRepeatable ? "GET" : request.method;
        let renewed = false;
        for (let attempt = 1; ; attempt++) {
            const headers = await this.#credentials.headers();
            const turn = attempt > 1 ? "first" : "last";
            const result = await this.#rateLimiter.run(async () => {
                const outcome = await this.#attempt(request, headers);
                // Before another one goes: whoever is told to slow down speaks for every request to this server.
                if (outcome instanceof ConfluentError) this.#slowDown(outcome, method, attempt);
                return outcome;
            }, turn);
            if (!(result instanceof ConfluentError)) return result;
            if (result.kind === "unauthenticated" && !renewed && (await this.#credentials.renew?.(headers))) {
                // 401 says that the request was turned away unread, so that a POST may be sent again too.
                renewed = true;
                continue;
            }
            if (!mayRetry(method, result, attempt, this.#policy)) throw result;
            // One that was told to slow down waits with all the others.
            if (result.kind !== "rateLimited") await this.#clock.sleep(this.#delayMs(result, attempt));
        }
    }

    /**
     * Every row of a list, page after page of 100. The token is taken out of `metadata.next`; the URL around it is
     * not followed, so that credentials go nowhere else. Never a part of the list: what cannot be followed to its end
     * is an error, for a row that is missing is taken as proof that the thing is gone.
     */
    async list(path: string, query: Record<string, string>, purpose: string): Promise<ListAnswer> {
        const rows: unknown[] = [];
        const request: ApiRequest = { method: "GET", path, purpose };
        const tokens = new Set<string>();
        let pageToken: string | undefined;
        for (let page = 0; page < maxPages; page++) {
            const pageQuery = { ...query, page_size: pageSize, ...(pageToken && { page_token: pageToken }) };
            const answer = await this.send({ ...request, query: pageQuery });
            const { data, next } = readPage(answer.json, this.endpoint);
            if (data === undefined) throw this.malformed(request, answer.status);
            rows.push(...data);
            if (next === undefined) return { rows, dateMs: answer.dateMs };
            if (next.token === null || tokens.has(next.token)) throw this.malformed(request, answer.status);
            pageToken = next.token;
            tokens.add(pageToken);
        }
        throw this.malformed(request, 200);
    }

    /** For callers that find a successful answer lacking: the error that says so. */
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
        const signal = AbortSignal.timeout(this.timeoutMs);
        let refusedRedirect: ConfluentError | undefined;
        try {
            const response = await http().request<string>({
                baseURL: this.endpoint,
                method: request.method,
                url: request.path,
                headers: {
                    ...credentials,
                    ...(request.body !== undefined && { "Content-Type": "application/json" }),
                    ...(request.form && { "Content-Type": "application/x-www-form-urlencoded" }),
                },
                ...(request.query && { params: request.query }),
                ...(request.body !== undefined && { data: JSON.stringify(request.body) }),
                ...(request.form && { data: new URLSearchParams(request.form).toString() }),
                signal,
                beforeRedirect: (next, { statusCode }) => {
                    refusedRedirect = this.#judgeRedirect(request, next, Number(statusCode));
                    if (refusedRedirect) throw refusedRedirect;
                },
            });
            return this.#read(request, response);
        } catch (error) {
            if (error instanceof ConfluentError) return error;
            if (refusedRedirect) return refusedRedirect;
            if (!loadAxios().isAxiosError(error)) throw error;
            const kind = signal.aborted ? "timeout" : kindOfFault(error.code, error.message);
            return new ConfluentError({ ...this.#details(request), kind });
        }
    }

    /** A redirect is followed within the host, by the same method: credentials go nowhere else, no POST becomes a GET. */
    #judgeRedirect(
        request: ApiRequest,
        next: Record<string, unknown>,
        status: number,
    ): ConfluentError | undefined {
        const origin = URL.canParse(String(next.href))
            ? new URL(String(next.href)).origin
            : "an unreadable URL";
        if (origin === new URL(this.endpoint).origin && next.method === request.method) return undefined;
        return new ConfluentError({
            ...this.#details(request),
            kind: "unexpected",
            status,
            detail: `redirected to ${origin}, which is not followed`,
        });
    }

    #read(request: ApiRequest, response: AxiosResponse<string>): ApiAnswer | ConfluentError {
        const { status, headers } = response;
        const dateMs = parseDateMs(headers.date);
        const remaining = headers["x-ratelimit-remaining"];
        const resetSeconds = headers["x-ratelimit-reset"];
        if (remaining !== undefined && resetSeconds !== undefined) {
            const limit = Number(headers["x-ratelimit-limit"] ?? Number.NaN);
            this.#rateLimiter.observe(Number(remaining), Number(resetSeconds) * 1000, limit);
        }
        const json = parseJson(response.data);
        const requestId = () => this.#clean(headers["x-request-id"]);
        if (status >= 200 && status < 300) {
            // Deleting is answered by 204, or by the object as it was; a page of something in between is neither.
            const isEmpty = response.data === "" && (status === 204 || request.method === "DELETE");
            if (json === undefined && !isEmpty) return this.malformed(request, status, requestId());
            return { status, json, dateMs };
        }
        const said = readError(json, request.form !== undefined);
        const isConfluents = said.isConfluents || isChallengeOfConfluent(status, headers["www-authenticate"]);
        const kind = refusals.includes(status) && !isConfluents ? "unexpected" : kindOfStatus(status);
        return new ConfluentError({
            ...this.#details(request),
            kind,
            remedy:
                (status < 500 && kind !== "unexpected" ? request.remedy : undefined) ??
                this.#credentials.remedies?.[kind],
            status,
            code: this.#clean(said.code),
            detail: this.#clean(said.detail),
            pointer: this.#clean(said.pointer),
            errorId: this.#clean(said.errorId),
            requestId: requestId(),
            retryAfterMs: parseRetryAfterMs(headers["retry-after"], dateMs ?? this.#clock.now()),
        });
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

export interface ListAnswer {
    readonly rows: readonly unknown[];
    /** The server's clock when the last page was answered. */
    readonly dateMs: number | undefined;
}

/** `next` is absent on the last page; its token is null where there should be one. */
function readPage(
    json: unknown,
    endpoint: string,
): { data: unknown[] | undefined; next: { token: string | null } | undefined } {
    const page = json as { data?: unknown; metadata?: { next?: unknown } | null } | null;
    const data = Array.isArray(page?.data) ? page.data : undefined;
    const next = page?.metadata?.next;
    if (next === undefined || next === null || next === "") return { data, next: undefined };
    const url = URL.canParse(String(next), endpoint) ? new URL(String(next), endpoint) : undefined;
    return { data, next: { token: url?.searchParams.get("page_token") || null } };
}

function parseJson(body: string): unknown {
    try {
        const json: unknown = JSON.parse(body);
        return typeof json === "object" && json !== null ? json : undefined;
    } catch {
        return undefined;
    }
}

/**
 * Answers from which something is concluded: a key that is unknown, a right that is missing, a thing that is gone. A
 * proxy gives them too, so they count in Confluent's own shape only.
 */
const refusals: readonly number[] = [401, 403, 404];

/** `WWW-Authenticate: Basic error="invalid_key", …`, which a 401 may carry instead of a body. */
function isChallengeOfConfluent(status: number, challenge: unknown): boolean {
    return status === 401 && typeof challenge === "string" && /\berror="?invalid_/.test(challenge);
}

interface SaidError {
    /** The body has one of the shapes that Confluent Cloud gives its errors. */
    readonly isConfluents: boolean;
    readonly code?: string | undefined;
    readonly detail?: string | undefined;
    readonly pointer?: string | undefined;
    readonly errorId?: string | undefined;
}

/**
 * Confluent's error bodies: `{ errors: [...] }`, or `{ error_code, message }` for role bindings; and an identity
 * provider's `{ error, error_description }` (RFC 6749, 5.2).
 */
function readError(json: unknown, isTokenRequest: boolean): SaidError {
    const body = json as
        | {
              errors?: unknown;
              error_code?: unknown;
              message?: unknown;
              error?: unknown;
              error_description?: unknown;
          }
        | undefined;
    const first = (Array.isArray(body?.errors) ? body.errors[0] : undefined) as
        | { id?: unknown; code?: unknown; title?: unknown; detail?: unknown; source?: { pointer?: unknown } }
        | undefined;
    const isConfluents =
        (typeof first === "object" && first !== null) ||
        (body?.error_code !== undefined && text(body.message) !== undefined) ||
        (isTokenRequest && text(body?.error) !== undefined);
    return {
        isConfluents,
        code: text(first?.code),
        detail:
            text(first?.detail) ?? text(first?.title) ?? text(body?.message) ?? text(body?.error_description),
        pointer: text(first?.source?.pointer),
        errorId: text(first?.id),
    };
}

function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

function parseDateMs(header: unknown): number | undefined {
    const date = typeof header === "string" ? Date.parse(header) : Number.NaN;
    return Number.isNaN(date) ? undefined : date;
}

function kindOfFault(code: string | undefined, message: string): ConfluentErrorKind {
    if (message.includes("maxContentLength")) return "malformed";
    if (code === "ETIMEDOUT") return "timeout";
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "dns";
    if (["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"].includes(code ?? ""))
        return "refused";
    if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_|EPROTO/.test(code ?? "")) return "tls";
    return "reset";
}

function withoutUserInfo(url: string): string {
    return url.replace(/\/\/[^/@]*@/, "//");
}
