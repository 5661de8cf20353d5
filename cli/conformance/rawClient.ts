import type { ApiRequest } from "../../confluent/apiRequest";
import type { Clock } from "../../confluent/clock";
import type { Credentials } from "../../confluent/credentials";
import { type SendOptions, sendOnce } from "../../confluent/httpClient";
import { isErrorOfConfluent, parseDateMs, parseJson } from "../../confluent/readResponse";
import { parseRetryAfterMs, patientPolicy } from "../../confluent/retry";
import { mayReceiveSecrets } from "../../confluent/safeEndpoint";
import { unlessAborted } from "../../confluent/unlessAborted";

export type RawRequest = Pick<ApiRequest, "method" | "path" | "query" | "body">;

/** The result of a request: a response with any status, or a network error. */
export interface RawResponse {
    readonly request: RawRequest;
    /** 0 if no HTTP response arrived; then `fault` gives the reason. */
    readonly status: number;
    readonly fault: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
    /** The parsed body, if it is a JSON object. */
    readonly json: unknown;
    /** The header Date, in milliseconds since 1970. */
    readonly dateMs: number | undefined;
    /** By this machine's clock. */
    readonly sentMs: number;
    readonly receivedMs: number;
    /** 1, or more if the answers to earlier attempts were lost. */
    readonly attempt: number;
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
    /** How long a request that creates nothing is repeated; default 60,000. */
    readonly deadlineMs?: number;
    readonly connection?: SendOptions["connection"];
    /** Called with every response. */
    readonly onResponse: (response: RawResponse) => void;
}

const timeoutMs = 30_000;
const pauseMs = 1000;
const maxPauseMs = 5000;
/** How long a POST may continue after the run was stopped, because its response contains the id of what it created. */
const postGraceMs = 2000;

/**
 * Sends requests to one endpoint and returns the raw responses, with status and headers. `ConfluentApi` turns responses
 * into results and errors; the conformance checks look at the responses themselves. A POST is sent once. Other requests
 * are repeated after a network error or a 5xx. After a 429 every request is repeated.
 */
export class RawClient {
    readonly endpoint: string;
    readonly #options: RawClientOptions;
    readonly #stopOfPosts = new AbortController();

    constructor(options: RawClientOptions) {
        this.#options = options;
        this.endpoint = options.endpoint.replace(/\/+$/, "");
        const stopPosts = (): void => this.#stopOfPosts.abort();
        options.stop.addEventListener("abort", () => setTimeout(stopPosts, postGraceMs).unref());
    }

    /**
     * Throws RunStopped if the run was stopped before the request. If it is stopped during the request, this throws too,
     * except for a POST, whose response is always returned.
     */
    async send(request: RawRequest, credentials: Credentials): Promise<RawResponse> {
        const { clock, stop, deadlineMs = patientPolicy.deadlineMs, onResponse } = this.#options;
        const firstSentMs = clock.now();
        if (!mayReceiveSecrets(this.endpoint))
            throw new Error(`${this.endpoint}: secrets are sent over HTTPS or to a loopback address only.`);
        for (let attempt = 1; ; attempt++) {
            throwIfStopped(stop);
            const response = await this.#attempt(request, credentials, attempt);
            if (request.method !== "POST") throwIfStopped(stop);
            onResponse(response);
            const isRateLimited = response.status === 429;
            const limitMs = isRateLimited ? patientPolicy.rateLimitDeadlineMs : deadlineMs;
            const remainingMs = firstSentMs + limitMs - clock.now();
            const mayRepeat = isRateLimited || (request.method !== "POST" && isLost(response));
            if (!mayRepeat || remainingMs <= 0) return response;
            const pause = isRateLimited ? retryAfterMs(response) : Math.min(pauseMs * attempt, maxPauseMs);
            await sleepUnlessStopped(clock, Math.min(pause, remainingMs), stop);
        }
    }

    async #attempt(request: RawRequest, credentials: Credentials, attempt: number): Promise<RawResponse> {
        const { clock, connection = "kept" } = this.#options;
        const headers = await credentials.headers();
        const sentMs = clock.now();
        const stop = request.method === "POST" ? this.#stopOfPosts.signal : this.#options.stop;
        const answer = await sendOnce(this.endpoint, request, headers, timeoutMs, { stop, connection });
        const common = { request, sentMs, receivedMs: clock.now(), attempt };
        if ("kind" in answer) {
            const fault = `no answer (${answer.detail ?? answer.kind})`;
            const status = answer.status ?? 0;
            return { ...common, status, fault, headers: {}, json: undefined, dateMs: undefined };
        }
        return {
            ...common,
            status: answer.status,
            fault: "",
            headers: answer.headers as Record<string, string>,
            json: parseJson(answer.data),
            dateMs: parseDateMs(answer.headers.date),
        };
    }
}

/** Whether the package treats this response as one of Confluent's own errors. */
export function hasConfluentErrorShape({ status, json, headers }: RawResponse): boolean {
    return isErrorOfConfluent(status, json, headers["www-authenticate"]);
}

export function isSuccess({ status }: RawResponse): boolean {
    return status >= 200 && status < 300;
}

/** 4xx except 429: the service has read the request and refuses it. */
export function isRefusal({ status }: RawResponse): boolean {
    return status >= 400 && status < 500 && status !== 429;
}

/** The statuses that `mayBeGone` treats as absence. */
export function isAbsent({ status }: RawResponse): boolean {
    return status === 403 || status === 404;
}

/** `403 forbidden_access`: the status and Confluent's error code. The rest of the response may contain ids. */
export function statusText({ status, fault, json }: RawResponse): string {
    if (status === 0) return fault;
    const code = field(json, "errors.0.code");
    return typeof code === "string" && /^[\w-]{1,40}$/.test(code) ? `${status} ${code}` : String(status);
}

/** A value in parsed JSON: `spec.owner.id`. Undefined if it is not there. */
export function field(json: unknown, path: string): unknown {
    return path.split(".").reduce<unknown>((value, name) => Object(value)[name], json);
}

/** The rows of a list; undefined if the response is not a list. */
export function rowsOf({ status, json }: RawResponse): readonly unknown[] | undefined {
    const data = status === 200 ? field(json, "data") : undefined;
    return Array.isArray(data) ? data : undefined;
}

/** Throws RunStopped as soon as the run is stopped. */
export async function sleepUnlessStopped(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
    throwIfStopped(stop);
    await unlessAborted(stop, clock.sleep(ms));
    throwIfStopped(stop);
}

function throwIfStopped(stop: AbortSignal): void {
    if (stop.aborted) throw new RunStopped(String(stop.reason));
}

/** No answer, or one that does not say whether the request had an effect. */
export function isLost({ status, json, request }: RawResponse): boolean {
    if (status === 0 || (status >= 500 && status !== 501)) return true;
    // A 200 without JSON does not come from Confluent Cloud. Only a DELETE may have no body.
    return status === 200 && json === undefined && request.method !== "DELETE";
}

/** Deleted now, or by an earlier attempt whose answer was lost. */
export function isDeleted(response: RawResponse): boolean {
    return isSuccess(response) || (response.attempt > 1 && isAbsent(response));
}

function retryAfterMs({ headers, dateMs, receivedMs }: RawResponse): number {
    const wanted = parseRetryAfterMs(headers["retry-after"], dateMs ?? receivedMs) ?? pauseMs;
    return Math.min(patientPolicy.longestRetryAfterMs, Math.max(pauseMs, wanted));
}
