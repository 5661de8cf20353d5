import type { AxiosResponse, AxiosStatic } from "axios";
import type { Clock } from "../../confluent/clock";
import type { Credentials } from "../../confluent/credentials";
import { Connections, ProxyFault, proxyFor } from "../../confluent/proxy";
import { isErrorOfConfluent, parseDateMs, parseJson } from "../../confluent/readResponse";
import { parseRetryAfterMs, patientPolicy } from "../../confluent/retry";
import { mayReceiveSecrets } from "../../confluent/safeEndpoint";
import { unlessStopped } from "../../provider/stopping";

export interface RawRequest {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE";
    readonly path: string;
    readonly query?: Readonly<Record<string, string | number>>;
    readonly body?: unknown;
}

/** The result of a request: a response with any status, or a network error. */
export interface RawResponse {
    readonly request: RawRequest;
    /** Undefined if no HTTP response arrived; then `fault` gives the reason. */
    readonly status: number | undefined;
    readonly fault: string | undefined;
    readonly headers: Readonly<Record<string, string>>;
    /** The parsed body, if it is a JSON object. */
    readonly json: unknown;
    /** The header Date, in milliseconds since 1970. */
    readonly dateMs: number | undefined;
    /** By this machine's clock. */
    readonly sentMs: number;
    readonly receivedMs: number;
}

/** The run must stop, because of a signal or because its time limit was reached. */
export class RunStopped extends Error {
    override readonly name = "RunStopped";
}

export interface RawClientOptions {
    readonly endpoint: string;
    readonly clock: Clock;
    /** Aborted with a sentence that gives the reason. No request is sent after that. */
    readonly stop: AbortSignal;
    /** Limit of one attempt; default 30,000. */
    readonly timeoutMs?: number;
    /** How long a request that creates nothing is repeated; default 60,000. */
    readonly deadlineMs?: number;
}

const maxResponseBytes = 16 * 1024 * 1024;
const pauseMs = 1000;
const maxPauseMs = 5000;
/** How long a POST may continue after the run was stopped, because its response contains the id of what it created. */
const postGraceMs = 2000;
const maxRetryAfterMs = 120_000;

/**
 * Sends requests to one endpoint and returns the raw responses, with status and headers. `ConfluentApi` turns responses
 * into results and errors; the conformance checks look at the responses themselves. A POST is sent once. Other requests
 * are repeated after a network error or a 5xx. After a 429 every request is repeated.
 */
export class RawClient {
    readonly endpoint: string;
    readonly #options: RawClientOptions;
    readonly #observers: ((response: RawResponse) => void)[] = [];
    readonly #connections: Connections;

    /** `new`: each request opens a connection, so that a load balancer may choose another gateway for it. */
    constructor(options: RawClientOptions, connections: "kept" | "new" = "kept") {
        this.#options = options;
        this.endpoint = options.endpoint.replace(/\/+$/, "");
        this.#connections = new Connections({ keepAlive: connections === "kept" });
    }

    /** Calls `observer` with every response. */
    observe(observer: (response: RawResponse) => void): void {
        this.#observers.push(observer);
    }

    /** Closes idle connections. */
    close(): void {
        this.#connections.close();
    }

    /**
     * Throws RunStopped if the run was stopped before the request. If it is stopped during the request, this throws too,
     * except for a POST, whose response is always returned.
     */
    async send(request: RawRequest, credentials: Credentials): Promise<RawResponse> {
        const { clock, stop, deadlineMs = patientPolicy.deadlineMs } = this.#options;
        const firstSentMs = clock.now();
        for (let attempt = 1; ; attempt++) {
            throwIfStopped(stop);
            const response = await this.#attempt(request, credentials);
            if (request.method !== "POST") throwIfStopped(stop);
            for (const observe of this.#observers) observe(response);
            const isRateLimited = response.status === 429;
            const limitMs = isRateLimited ? patientPolicy.rateLimitDeadlineMs : deadlineMs;
            const remainingMs = firstSentMs + limitMs - clock.now();
            const mayRepeat = isRateLimited || request.method !== "POST";
            if (!isTransient(response) || !mayRepeat || remainingMs <= 0) return response;
            const pause = isRateLimited ? retryAfterMs(response) : Math.min(pauseMs * attempt, maxPauseMs);
            await sleepUnlessStopped(clock, Math.min(pause, remainingMs), stop);
        }
    }

    async #attempt(request: RawRequest, credentials: Credentials): Promise<RawResponse> {
        const { clock, stop, timeoutMs = 30_000 } = this.#options;
        if (!mayReceiveSecrets(this.endpoint)) {
            throw new Error(`${this.endpoint}: secrets are sent over HTTPS or to a loopback address only.`);
        }
        const headers = await credentials.headers();
        const sentMs = clock.now();
        const result = (
            status: number | undefined,
            fault?: string,
            response?: AxiosResponse<string>,
        ): RawResponse => ({
            request,
            status,
            fault,
            headers: Object.fromEntries(
                Object.entries(response?.headers ?? {}).map(([name, value]) => [name, String(value)]),
            ),
            json: response && parseJson(response.data),
            dateMs: response && parseDateMs(response.headers.date),
            sentMs,
            receivedMs: clock.now(),
        });
        const end = new AbortController();
        const onTimeout = (): void => end.abort("no answer in time");
        const isOver = new Promise<undefined>((resolve) =>
            end.signal.addEventListener("abort", () => resolve(undefined)),
        );
        const limit = setTimeout(onTimeout, timeoutMs);
        let grace: NodeJS.Timeout | undefined;
        const onStop = (): void => {
            if (request.method === "POST") grace = setTimeout(onTimeout, postGraceMs);
            else end.abort("stopped");
        };
        stop.addEventListener("abort", onStop);
        const axios: AxiosStatic = require("axios");
        try {
            const asked = axios.request<string>({
                ...this.#connections.to(proxyFor(this.endpoint)),
                baseURL: this.endpoint,
                method: request.method,
                url: request.path,
                headers: {
                    Accept: "application/json",
                    "User-Agent": "pulumi-confluent-flink conformance",
                    ...headers,
                    ...(request.body !== undefined && { "Content-Type": "application/json" }),
                },
                ...(request.query && { params: request.query }),
                ...(request.body !== undefined && { data: JSON.stringify(request.body) }),
                responseType: "text",
                transformResponse: (body: unknown) => body,
                validateStatus: () => true,
                maxContentLength: maxResponseBytes,
                maxRedirects: 0,
                signal: end.signal,
            });
            // The limit holds even if the request never settles.
            const response = await Promise.race([asked, isOver]);
            if (response === undefined) return result(undefined, String(end.signal.reason));
            return result(response.status, undefined, response);
        } catch (error) {
            if (error instanceof ProxyFault) throw error;
            if (!axios.isAxiosError(error)) throw error;
            if (error.cause instanceof ProxyFault) return result(undefined, error.cause.message);
            // The message may contain headers, and so a secret. The code does not.
            const reason = end.signal.aborted ? String(end.signal.reason) : error.code;
            return result(undefined, reason ?? "connection broken");
        } finally {
            stop.removeEventListener("abort", onStop);
            clearTimeout(limit);
            clearTimeout(grace);
        }
    }
}

/** Whether the package treats this response as one of Confluent's own errors. */
export function hasConfluentErrorShape({ status, json, headers }: RawResponse): boolean {
    return status !== undefined && isErrorOfConfluent(status, json, headers["www-authenticate"]);
}

export function isSuccess({ status }: RawResponse): boolean {
    return status !== undefined && status >= 200 && status < 300;
}

/** 4xx except 429: the service has read the request and refuses it. */
export function isRefusal({ status }: RawResponse): boolean {
    return status !== undefined && status >= 400 && status < 500 && status !== 429;
}

/** `403 forbidden_access`: the status and Confluent's error code. The rest of the response may contain ids. */
export function statusText({ status, fault, json }: RawResponse): string {
    if (status === undefined) return fault ?? "no answer";
    const errors = (json as { errors?: unknown } | undefined)?.errors;
    const code = (Array.isArray(errors) ? (errors[0] as { code?: unknown } | undefined) : undefined)?.code;
    return typeof code === "string" && /^[\w-]{1,40}$/.test(code) ? `${status} ${code}` : String(status);
}

/** The rows of a list; undefined if the response is not a list. */
export function rowsOf({ status, json }: RawResponse): readonly unknown[] | undefined {
    const data = status === 200 ? (json as { data?: unknown } | undefined)?.data : undefined;
    return Array.isArray(data) ? data : undefined;
}

/** Throws RunStopped as soon as the run is stopped. */
export async function sleepUnlessStopped(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
    throwIfStopped(stop);
    await unlessStopped(stop, clock.sleep(ms));
    throwIfStopped(stop);
}

function throwIfStopped(stop: AbortSignal): void {
    if (stop.aborted) throw new RunStopped(String(stop.reason));
}

function isTransient({ status, json, request }: RawResponse): boolean {
    if (status === undefined || status === 429 || (status >= 500 && status !== 501)) return true;
    // A 200 without JSON does not come from Confluent Cloud. Only a DELETE may have no body.
    return status === 200 && json === undefined && request.method !== "DELETE";
}

function retryAfterMs({ headers, dateMs, receivedMs }: RawResponse): number {
    const wanted = parseRetryAfterMs(headers["retry-after"], dateMs ?? receivedMs) ?? pauseMs;
    return Math.min(maxRetryAfterMs, Math.max(pauseMs, wanted));
}
