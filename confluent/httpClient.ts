import type { AxiosInstance, AxiosResponse, AxiosStatic } from "axios";
import type { ApiRequest } from "./apiRequest";
import type { ConfluentErrorKind, Failure } from "./confluentError";
import { printableUrl } from "./printableUrl";
import { Connections, describeProxy, ProxyFault, type ProxySetting, proxyFor } from "./proxy";
import { unlessAborted } from "./unlessAborted";

const maxAnswerBytes = 16 * 1024 * 1024;
const maxRedirects = 3;

// One pool of connections for all clients of the process. Node.js reads NODE_EXTRA_CA_CERTS.
const kept = new Connections({ keepAlive: true });
/** Each request opens a connection, so that a load balancer may choose another gateway for it. */
const single = new Connections({ keepAlive: false });

let instance: AxiosInstance | undefined;

function http(): AxiosInstance {
    instance ??= loadAxios().create({
        responseType: "text",
        transformResponse: (body: unknown) => body,
        validateStatus: () => true,
        maxContentLength: maxAnswerBytes,
        maxRedirects,
        headers: { Accept: "application/json", "User-Agent": "pulumi-confluent-flink" },
    });
    return instance;
}

/** Loaded at the first request: it takes five times as long as everything else, and a run without changes sends no request. */
function loadAxios(): AxiosStatic {
    return require("axios");
}

export type HttpResponse = AxiosResponse<string>;

export interface SendOptions {
    /** Ends the request. Default: never. */
    readonly stop?: AbortSignal;
    /** Default: one of the connections that are kept open. */
    readonly connection?: "kept" | "single";
}

/** One attempt: returns the response with any status, or the reason why there is none. Throws programming errors only. */
export async function sendOnce(
    endpoint: string,
    request: Omit<ApiRequest, "purpose">,
    credentials: Readonly<Record<string, string>>,
    timeoutMs: number,
    { stop, connection = "kept" }: SendOptions = {},
): Promise<HttpResponse | Failure> {
    let proxy: ProxySetting | undefined;
    try {
        proxy = proxyFor(endpoint);
    } catch (error) {
        return faultOfProxy(error as ProxyFault);
    }
    let refusedRedirect: Failure | undefined;
    const limit = new AbortController();
    // Unlike AbortSignal.timeout, it keeps the process running: one without anything to wait for ends silently, with exit code 0.
    const abort = (): void => limit.abort();
    const timer = setTimeout(abort, timeoutMs);
    if (stop?.aborted) abort();
    stop?.addEventListener("abort", abort);
    const response = http().request<string>({
        ...(connection === "kept" ? kept : single).to(proxy),
        baseURL: endpoint,
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
        signal: limit.signal,
        beforeRedirect: (next, { statusCode }) => {
            refusedRedirect = checkRedirect(endpoint, request, next, Number(statusCode));
            if (refusedRedirect) throw new Error(refusedRedirect.detail);
        },
    });
    try {
        const answer = await unlessAborted(limit.signal, response);
        return answer ?? throughProxy({ kind: "timeout" }, proxy);
    } catch (error) {
        if (refusedRedirect) return refusedRedirect;
        if (!loadAxios().isAxiosError(error)) throw error;
        if (error.cause instanceof ProxyFault) return faultOfProxy(error.cause);
        return throughProxy(
            { kind: limit.signal.aborted ? "timeout" : kindOfFault(error.code, error.message) },
            proxy,
        );
    } finally {
        clearTimeout(timer);
        stop?.removeEventListener("abort", abort);
    }
}

function faultOfProxy({ isLasting, message }: ProxyFault): Failure {
    return { kind: isLasting ? "proxySetting" : "proxy", detail: message };
}

/** The fault, with the proxy in its message: it may be the cause. */
function throughProxy(fault: Failure, proxy: ProxySetting | undefined): Failure {
    return proxy ? { ...fault, detail: `through ${describeProxy(proxy)}` } : fault;
}

/** The fault of a redirect to another host, where credentials must not go, or with another method. */
function checkRedirect(
    endpoint: string,
    request: Omit<ApiRequest, "purpose">,
    next: Record<string, unknown>,
    status: number,
): Failure | undefined {
    const origin = printableUrl(next.href);
    if (origin === printableUrl(endpoint) && next.method === request.method) return undefined;
    return { kind: "unexpected", status, detail: `redirected to ${origin}, which is not followed` };
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
