import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import axios, { type AxiosInstance, type AxiosResponse, isAxiosError } from "axios";
import { type Clock, systemClock } from "./clock";
import { ConfluentError, type ConfluentErrorKind, kindOfStatus } from "./confluentError";
import type { Credentials } from "./credentials";
import { Pacer } from "./pacer";
import { mayRetry, parseRetryAfterMs, patientPolicy, type RetryPolicy, retryDelayMs } from "./retry";

/** The control plane of Confluent Cloud; `confluentcloud:endpoint` replaces it. */
export const defaultEndpoint = "https://api.confluent.cloud";

const maxAnswerBytes = 16 * 1024 * 1024;
// A runaway `metadata.next` ends here: 1,000 pages of 100 rows are ten times what an organization may hold.
const maxPages = 1000;
const pageSize = 100;

// One pool of connections for the process, however many clients it makes. Axios itself honours HTTP_PROXY,
// HTTPS_PROXY and NO_PROXY; Node honours NODE_EXTRA_CA_CERTS.
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

export interface ConfluentApiOptions {
    /** Default `https://api.confluent.cloud`. */
    readonly endpoint?: string | undefined;
    readonly credentials: Credentials;
    /** Default: the machine's clock. */
    readonly clock?: Clock;
    /** Default `patientPolicy`. */
    readonly policy?: RetryPolicy;
    /** Requests under way at once; default 16. */
    readonly maxInFlight?: number;
    /** Limit of one attempt in milliseconds; default 30,000. */
    readonly timeoutMs?: number;
    /** In [0, 1), for the jitter of pauses; default `Math.random`. */
    readonly random?: () => number;
}

export interface ApiRequest {
    readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
    readonly path: string;
    readonly query?: Readonly<Record<string, string | number>>;
    readonly body?: unknown;
    /** For error messages, in a person's words: `reading environment env-abc123`. */
    readonly purpose: string;
}

export interface ApiAnswer {
    readonly status: number;
    /** The parsed body; undefined where there is none. */
    readonly json: unknown;
    /** The server's own clock (header `Date`), so that ages do not depend on this machine's. */
    readonly dateMs: number;
}

/** Requests to Confluent Cloud: credentials, time limits, retries, paging, errors that a person can read. */
export class ConfluentApi {
    readonly endpoint: string;
    readonly #credentials: Credentials;
    readonly #clock: Clock;
    readonly #policy: RetryPolicy;
    readonly #pacer: Pacer;
    readonly #timeoutMs: number;
    readonly #random: () => number;
    readonly #http: AxiosInstance;

    constructor(options: ConfluentApiOptions) {
        this.endpoint = (options.endpoint ?? defaultEndpoint).replace(/\/+$/, "");
        this.#credentials = options.credentials;
        this.#clock = options.clock ?? systemClock;
        this.#policy = options.policy ?? patientPolicy;
        this.#pacer = new Pacer(this.#clock, options.maxInFlight ?? 16);
        this.#timeoutMs = options.timeoutMs ?? 30_000;
        this.#random = options.random ?? Math.random;
        this.#http = axios.create({
            baseURL: this.endpoint,
            httpAgent,
            httpsAgent,
            responseType: "text",
            transformResponse: (body: unknown) => body,
            validateStatus: () => true,
            maxContentLength: maxAnswerBytes,
            headers: { Accept: "application/json", "User-Agent": "pulumi-confluent-flink" },
        });
    }

    /** Sends `request`, again where that is harmless, and gives the successful answer. Throws ConfluentError. */
    async send(request: ApiRequest): Promise<ApiAnswer> {
        for (let attempt = 1; ; attempt++) {
            const result = await this.#pacer.run(() => this.#attempt(request));
            if (!(result instanceof ConfluentError)) return result;
            if (!mayRetry(request.method, result, attempt, this.#policy)) throw result;
            const delay = retryDelayMs(attempt, this.#policy, result.retryAfterMs, this.#random());
            // Whoever is told to slow down speaks for every request of this client.
            if (result.kind === "rateLimited") this.#pacer.holdFor(delay);
            else await this.#clock.sleep(delay);
        }
    }

    /**
     * Every row of a list, page after page of 100. The token is taken out of `metadata.next`; the URL around it is
     * not followed, so that credentials go nowhere else.
     */
    async list(path: string, query: Record<string, string>, purpose: string): Promise<ListAnswer> {
        const rows: unknown[] = [];
        let pageToken: string | undefined;
        for (let page = 0; page < maxPages; page++) {
            const pageQuery = { ...query, page_size: pageSize, ...(pageToken && { page_token: pageToken }) };
            const answer = await this.send({ method: "GET", path, query: pageQuery, purpose });
            const { data, next } = readPage(answer.json);
            if (data === undefined) throw this.#malformed({ method: "GET", path, purpose }, answer.status);
            rows.push(...data);
            pageToken = next;
            if (pageToken === undefined) return { rows, dateMs: answer.dateMs };
        }
        throw this.#malformed({ method: "GET", path, purpose }, 200);
    }

    /** For callers that find a successful answer lacking: the error that says so. */
    malformed(request: ApiRequest, status: number): ConfluentError {
        return this.#malformed(request, status);
    }

    async #attempt(request: ApiRequest): Promise<ApiAnswer | ConfluentError> {
        try {
            const response = await this.#http.request<string>({
                method: request.method,
                url: request.path,
                headers: {
                    ...(await this.#credentials.headers()),
                    ...(request.body !== undefined && { "Content-Type": "application/json" }),
                },
                ...(request.query && { params: request.query }),
                ...(request.body !== undefined && { data: JSON.stringify(request.body) }),
                signal: AbortSignal.timeout(this.#timeoutMs),
            });
            return this.#read(request, response);
        } catch (error) {
            if (error instanceof ConfluentError) return error;
            if (!isAxiosError(error)) throw error;
            return new ConfluentError({
                ...this.#details(request),
                kind: kindOfFault(error.code, error.message),
            });
        }
    }

    #read(request: ApiRequest, response: AxiosResponse<string>): ApiAnswer | ConfluentError {
        const { status, headers } = response;
        const now = this.#clock.now();
        const remaining = Number(headers["x-ratelimit-remaining"] ?? Number.NaN);
        const resetSeconds = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
        if (!Number.isNaN(remaining) && !Number.isNaN(resetSeconds)) {
            this.#pacer.observe(remaining, resetSeconds * 1000);
        }
        const json = parseJson(response.data);
        const requestId = headers["x-request-id"];
        if (status >= 200 && status < 300) {
            const bodyIsMissing = json === undefined && status !== 204 && request.method !== "DELETE";
            if (bodyIsMissing) return this.#malformed(request, status, requestId);
            return { status, json, dateMs: parseDateMs(headers.date) ?? now };
        }
        const said = readError(json);
        return new ConfluentError({
            ...this.#details(request),
            ...said,
            kind: kindOfStatus(status),
            status,
            detail: said.detail && cut(this.#credentials.redact(said.detail)),
            requestId,
            retryAfterMs: parseRetryAfterMs(headers["retry-after"], parseDateMs(headers.date) ?? now),
        });
    }

    #malformed(request: ApiRequest, status: number, requestId?: string): ConfluentError {
        return new ConfluentError({ ...this.#details(request), kind: "malformed", status, requestId });
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
    readonly dateMs: number;
}

function readPage(json: unknown): { data: unknown[] | undefined; next: string | undefined } {
    const page = json as { data?: unknown; metadata?: { next?: unknown } | null } | null;
    const data = Array.isArray(page?.data) ? page.data : undefined;
    const next = page?.metadata?.next;
    if (typeof next !== "string" || next === "") return { data, next: undefined };
    const token = URL.canParse(next) ? new URL(next).searchParams.get("page_token") : undefined;
    return { data, next: token ?? undefined };
}

function parseJson(body: string): unknown {
    try {
        const json: unknown = JSON.parse(body);
        return typeof json === "object" && json !== null ? json : undefined;
    } catch {
        return undefined;
    }
}

interface SaidError {
    readonly code?: string | undefined;
    readonly detail?: string | undefined;
    readonly pointer?: string | undefined;
    readonly errorId?: string | undefined;
}

/** Confluent's error bodies: `{ errors: [...] }`, or `{ error_code, message }` for role bindings. */
function readError(json: unknown): SaidError {
    const body = json as { errors?: unknown; message?: unknown } | undefined;
    const first = (Array.isArray(body?.errors) ? body.errors[0] : undefined) as
        | { id?: unknown; code?: unknown; title?: unknown; detail?: unknown; source?: { pointer?: unknown } }
        | undefined;
    return {
        code: text(first?.code),
        detail: text(first?.detail) ?? text(first?.title) ?? text(body?.message),
        pointer: text(first?.source?.pointer),
        errorId: text(first?.id),
    };
}

function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

function cut(detail: string): string {
    const line = detail.replace(/\s+/g, " ").trim().replace(/\.$/, "");
    return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function parseDateMs(header: unknown): number | undefined {
    const date = typeof header === "string" ? Date.parse(header) : Number.NaN;
    return Number.isNaN(date) ? undefined : date;
}

function kindOfFault(code: string | undefined, message: string): ConfluentErrorKind {
    if (code === undefined) return "reset";
    if (["ERR_CANCELED", "ECONNABORTED", "ETIMEDOUT"].includes(code) && !/aborted/.test(message))
        return "timeout";
    if (["ENOTFOUND", "EAI_AGAIN"].includes(code)) return "dns";
    if (["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"].includes(code)) return "refused";
    if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)) return "tls";
    return "reset";
}

function withoutUserInfo(url: string): string {
    return url.replace(/\/\/[^/@]*@/, "//");
}
