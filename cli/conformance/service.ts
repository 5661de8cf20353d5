import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AxiosResponse, AxiosStatic } from "axios";
import type { Clock } from "../../confluent/clock";
import type { Credentials } from "../../confluent/credentials";
import { isErrorOfConfluent, parseDateMs, parseJson } from "../../confluent/readResponse";
import { parseRetryAfterMs } from "../../confluent/retry";
import { mayReceiveSecrets } from "../../confluent/safeEndpoint";
import { unlessStopped } from "../../provider/stopping";

/** One request as it is sent. */
export interface Question {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE";
    readonly path: string;
    readonly query?: Readonly<Record<string, string | number>>;
    readonly body?: unknown;
}

/** What came back, whatever it was. */
export interface Answer {
    readonly question: Question;
    /** Undefined: no HTTP answer came, and `fault` says why. */
    readonly status: number | undefined;
    readonly fault: string | undefined;
    readonly headers: Readonly<Record<string, string>>;
    /** The parsed body, where it is a JSON object. */
    readonly json: unknown;
    /** The header Date in milliseconds since 1970. */
    readonly dateMs: number | undefined;
    /** By our own clock. */
    readonly sentMs: number;
    readonly answeredMs: number;
}

/** The run was told to stop: by a signal, or because its time is over. */
export class Stopped extends Error {
    override readonly name = "Stopped";
}

export interface ServiceOptions {
    readonly endpoint: string;
    readonly clock: Clock;
    /** Aborted with a sentence that says why: no further question goes. */
    readonly stop: AbortSignal;
    /** Limit of one attempt; default 30,000. */
    readonly timeoutMs?: number;
    /** Attempts of a question that makes nothing; default 4. */
    readonly attempts?: number;
}

const maxAnswerBytes = 16 * 1024 * 1024;
const pauseMs = 1000;
const longestPatience = 10;
/** A POST whose answer would tell what it made gets this long after the run was told to stop. */
const graceMs = 2000;
const longestRetryAfterMs = 120_000;

/**
 * Asks one address of Confluent Cloud and gives back what it said, status and headers included: `ConfluentApi` makes of
 * an answer what the package needs, and here the answer itself is looked at. A POST is sent once; the others again after
 * a fault of the network or of the server. 429 is waited for.
 */
export class Service {
    readonly endpoint: string;
    readonly #options: ServiceOptions;
    readonly #observers: ((answer: Answer) => void)[] = [];
    // Another connection for each request, so that the gateways of a region are met one after the other.
    readonly #agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent };

    constructor(options: ServiceOptions, connections: "kept" | "new" = "kept") {
        this.#options = options;
        this.endpoint = options.endpoint.replace(/\/+$/, "");
        const keepAlive = connections === "kept";
        this.#agents = { httpAgent: new HttpAgent({ keepAlive }), httpsAgent: new HttpsAgent({ keepAlive }) };
    }

    /** Sees every answer. */
    observe(observer: (answer: Answer) => void): void {
        this.#observers.push(observer);
    }

    /** Closes the connections that are kept open. */
    close(): void {
        this.#agents.httpAgent.destroy();
        this.#agents.httpsAgent.destroy();
    }

    /** Throws Stopped before and after a question that makes nothing. The answer to a POST is given back in any case. */
    async ask(question: Question, credentials: Credentials): Promise<Answer> {
        const { clock, stop, attempts = 4 } = this.#options;
        for (let attempt = 1; ; attempt++) {
            requireGoing(stop);
            const answer = await this.#attempt(question, credentials);
            if (question.method !== "POST") requireGoing(stop);
            for (const observe of this.#observers) observe(answer);
            const isRefusedUnread = answer.status === 429;
            const isRepeatable = isRefusedUnread || (question.method !== "POST" && attempt < attempts);
            if (!isTrouble(answer) || !isRepeatable || attempt > longestPatience) return answer;
            await sleepUnlessStopped(clock, isRefusedUnread ? retryAfterMs(answer) : pauseMs * attempt, stop);
        }
    }

    async #attempt(question: Question, credentials: Credentials): Promise<Answer> {
        const { clock, stop, timeoutMs = 30_000 } = this.#options;
        if (!mayReceiveSecrets(this.endpoint)) throw new Error(`${this.endpoint} is no place for a secret.`);
        const headers = await credentials.headers();
        const sentMs = clock.now();
        const of = (
            status: number | undefined,
            fault?: string,
            response?: AxiosResponse<string>,
        ): Answer => ({
            question,
            status,
            fault,
            headers: Object.fromEntries(
                Object.entries(response?.headers ?? {}).map(([name, value]) => [name, String(value)]),
            ),
            json: response && parseJson(response.data),
            dateMs: response && parseDateMs(response.headers.date),
            sentMs,
            answeredMs: clock.now(),
        });
        const end = new AbortController();
        const isLate = (): void => end.abort("no answer in time");
        const limit = setTimeout(isLate, timeoutMs);
        let grace: NodeJS.Timeout | undefined;
        // A question that makes nothing is dropped at once.
        const onStop = (): void => {
            if (question.method === "POST") grace = setTimeout(isLate, graceMs);
            else end.abort("stopped");
        };
        stop.addEventListener("abort", onStop);
        const axios: AxiosStatic = require("axios");
        try {
            const response = await axios.request<string>({
                ...this.#agents,
                baseURL: this.endpoint,
                method: question.method,
                url: question.path,
                headers: {
                    Accept: "application/json",
                    "User-Agent": "pulumi-confluent-flink conformance",
                    ...headers,
                    ...(question.body !== undefined && { "Content-Type": "application/json" }),
                },
                ...(question.query && { params: question.query }),
                ...(question.body !== undefined && { data: JSON.stringify(question.body) }),
                responseType: "text",
                transformResponse: (body: unknown) => body,
                validateStatus: () => true,
                maxContentLength: maxAnswerBytes,
                maxRedirects: 0,
                signal: end.signal,
            });
            return of(response.status, undefined, response);
        } catch (error) {
            if (!axios.isAxiosError(error)) throw error;
            // The message may name headers; the code does not.
            const why = end.signal.aborted ? String(end.signal.reason) : error.code;
            return of(undefined, why ?? "connection broken");
        } finally {
            stop.removeEventListener("abort", onStop);
            clearTimeout(limit);
            clearTimeout(grace);
        }
    }
}

/** Whether the package takes this refusal for one of Confluent's own. */
export function hasShapeOfConfluent({ status, json, headers }: Answer): boolean {
    return status !== undefined && isErrorOfConfluent(status, json, headers["www-authenticate"]);
}

export function isSuccess({ status }: Answer): boolean {
    return status !== undefined && status >= 200 && status < 300;
}

/** `403 forbidden_access`: the status and Confluent's own code, and nothing else of what was said. */
export function statusText({ status, fault, json }: Answer): string {
    if (status === undefined) return fault ?? "no answer";
    const errors = (json as { errors?: unknown } | undefined)?.errors;
    const code = (Array.isArray(errors) ? (errors[0] as { code?: unknown } | undefined) : undefined)?.code;
    return typeof code === "string" && /^[\w-]{1,40}$/.test(code) ? `${status} ${code}` : String(status);
}

/** Rows of a list; undefined where the answer is no list. */
export function rowsOf({ status, json }: Answer): readonly unknown[] | undefined {
    const data = status === 200 ? (json as { data?: unknown } | undefined)?.data : undefined;
    return Array.isArray(data) ? data : undefined;
}

/** Sleeps, or throws Stopped as soon as the run is told to stop. */
export async function sleepUnlessStopped(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
    requireGoing(stop);
    await unlessStopped(stop, clock.sleep(ms));
    requireGoing(stop);
}

function requireGoing(stop: AbortSignal): void {
    if (stop.aborted) throw new Stopped(String(stop.reason));
}

function isTrouble({ status, json, question }: Answer): boolean {
    if (status === undefined || status === 429 || (status >= 500 && status !== 501)) return true;
    // A success that is no JSON was changed on its way; a DELETE need not have a body.
    return status === 200 && json === undefined && question.method !== "DELETE";
}

function retryAfterMs({ headers, dateMs, answeredMs }: Answer): number {
    const wanted = parseRetryAfterMs(headers["retry-after"], dateMs ?? answeredMs) ?? pauseMs;
    return Math.min(longestRetryAfterMs, Math.max(pauseMs, wanted));
}
