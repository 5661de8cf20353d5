import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AxiosInstance, AxiosResponse, AxiosStatic } from "axios";
import type { ApiRequest } from "./apiRequest";
import type { ConfluentErrorKind } from "./confluentError";

const maxAnswerBytes = 16 * 1024 * 1024;
const maxRedirects = 3;

// One pool of connections for all clients of the process. Axios itself reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY;
// Node.js reads NODE_EXTRA_CA_CERTS.
const kept = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
};
/** Each request opens a connection, so that a load balancer may choose another gateway for it. */
const single = { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent() };

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
): Promise<HttpResponse | HttpFault> {
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = stop ? AbortSignal.any([limit, stop]) : limit;
    let refusedRedirect: HttpFault | undefined;
    try {
        return await http().request<string>({
            ...(connection === "kept" ? kept : single),
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
            signal,
            beforeRedirect: (next, { statusCode }) => {
                refusedRedirect = checkRedirect(endpoint, request, next, Number(statusCode));
                if (refusedRedirect) throw new Error(refusedRedirect.detail);
            },
        });
    } catch (error) {
        if (refusedRedirect) return refusedRedirect;
        if (!loadAxios().isAxiosError(error)) throw error;
        return { kind: signal.aborted ? "timeout" : kindOfFault(error.code, error.message) };
    }
}

/**
 * The fault if a redirect must not be followed. It is followed only within the host and with the same method, so that
 * credentials go nowhere else and no POST becomes a GET.
 */
function checkRedirect(
    endpoint: string,
    request: Omit<ApiRequest, "purpose">,
    next: Record<string, unknown>,
    status: number,
): HttpFault | undefined {
    const origin = URL.canParse(String(next.href)) ? new URL(String(next.href)).origin : "an unreadable URL";
    if (origin === new URL(endpoint).origin && next.method === request.method) return undefined;
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
