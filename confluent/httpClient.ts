import type { AxiosInstance, AxiosResponse, AxiosStatic } from "axios";
import type { ApiRequest } from "./apiRequest";
import type { ConfluentErrorKind } from "./confluentError";
import { printableUrl } from "./printableUrl";
import { Connections, describeProxy, ProxyFault, type ProxySetting, proxyFor } from "./proxy";

const maxAnswerBytes = 16 * 1024 * 1024;
const maxRedirects = 3;

// One pool of connections for all clients of the process. Node.js reads NODE_EXTRA_CA_CERTS.
const connections = new Connections({ keepAlive: true });

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

/**
 * Loaded at the first request: axios takes five times as long to load as everything else, and a run without changes
 * sends no request.
 */
function loadAxios(): AxiosStatic {
    return require("axios");
}

export type HttpResponse = AxiosResponse<string>;

/** There was no response, or it was a redirect that is not followed. */
export interface HttpFault {
    readonly kind: ConfluentErrorKind;
    readonly status?: number;
    readonly detail?: string;
}

/** One attempt: returns the response with any status, or the reason why there is none. Throws programming errors only. */
export async function sendOnce(
    endpoint: string,
    request: ApiRequest,
    credentials: Readonly<Record<string, string>>,
    timeoutMs: number,
): Promise<HttpResponse | HttpFault> {
    let proxy: ProxySetting | undefined;
    try {
        proxy = proxyFor(endpoint);
    } catch (error) {
        return { kind: "proxySetting", detail: (error as Error).message };
    }
    const end = new AbortController();
    let refusedRedirect: HttpFault | undefined;
    const limit = startLimit(end, timeoutMs);
    const response = http().request<string>({
        ...connections.to(proxy),
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
        signal: end.signal,
        beforeRedirect: (next, { statusCode }) => {
            refusedRedirect = checkRedirect(endpoint, request, next, Number(statusCode));
            if (refusedRedirect) throw new Error(refusedRedirect.detail);
        },
    });
    try {
        const answer = await Promise.race([response, limit.over]);
        return answer ?? throughProxy({ kind: "timeout" }, proxy);
    } catch (error) {
        if (refusedRedirect) return refusedRedirect;
        if (!loadAxios().isAxiosError(error)) throw error;
        if (error.cause instanceof ProxyFault) return { kind: "proxy", detail: error.cause.message };
        return throughProxy(
            { kind: end.signal.aborted ? "timeout" : kindOfFault(error.code, error.message) },
            proxy,
        );
    } finally {
        limit.clear();
    }
}

/**
 * Ends a request after `timeoutMs`. `over` resolves then, even if the request itself never settles, and until then the timer keeps
 * the process running: one without anything to wait for ends silently, with exit code 0.
 */
function startLimit(end: AbortController, timeoutMs: number): { over: Promise<undefined>; clear(): void } {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => {
            end.abort();
            resolve(undefined);
        }, timeoutMs);
    });
    return { over, clear: () => clearTimeout(timer) };
}

/** The fault, with the proxy in its message: it may be the cause. */
function throughProxy(fault: HttpFault, proxy: ProxySetting | undefined): HttpFault {
    return proxy ? { ...fault, detail: `through ${describeProxy(proxy)}` } : fault;
}

/**
 * The fault if a redirect must not be followed. It is followed only within the host and with the same method, so that
 * credentials go nowhere else and no POST becomes a GET.
 */
function checkRedirect(
    endpoint: string,
    request: ApiRequest,
    next: Record<string, unknown>,
    status: number,
): HttpFault | undefined {
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
