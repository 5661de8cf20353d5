import { Agent as HttpAgent } from "node:http";
import { type AgentOptions, Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import type { HttpsProxyAgent } from "https-proxy-agent";
import type { SocksProxyAgent } from "socks-proxy-agent";
import { printableUrl } from "./printableUrl";
import { proxyVariable } from "./proxyVariable";

/** A proxy as a variable of the environment names it. */
export interface ProxySetting {
    readonly url: URL;
    /** `HTTPS_PROXY` */
    readonly variable: string;
}

/** The proxy did not open a connection to the server, so nothing was sent there. */
export class ProxyFault extends Error {
    override readonly name = "ProxyFault";
    /** It refuses this user or host (4xx), so another attempt would not help. */
    readonly isLasting: boolean;

    constructor(message: string, isLasting: boolean) {
        super(message);
        this.isLasting = isLasting;
    }
}

const socksTimeoutMs = 30_000;
const wanted =
    "expected http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT, or the host of the request in NO_PROXY";

/**
 * The proxy for this endpoint; undefined if there is none. `http://` is for this machine only (`safeEndpoint.ts`), and never
 * uses one. Throws ProxyFault if the variable has no proxy that can be used.
 */
export function proxyFor(endpoint: string): ProxySetting | undefined {
    if (!endpoint.startsWith("https:")) return undefined;
    const { getProxyForUrl } = require("proxy-from-env") as { getProxyForUrl(url: string): string };
    const variable = proxyVariable(process.env);
    if (variable === undefined || getProxyForUrl(endpoint) === "") return undefined;
    const text = String(process.env[variable]);
    // Without a scheme it is http, as for curl and the official provider.
    const address = text.includes("://") ? text : `http://${text}`;
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || url.hostname === "") {
        throw new ProxyFault(`${variable}: got a text that is not a URL, ${wanted}`, true);
    }
    if (!/^(https?|socks[45]?|socks4a|socks5h):$/.test(url.protocol)) {
        throw new ProxyFault(`${variable}: got ${printableUrl(url)}, ${wanted}`, true);
    }
    return { url, variable };
}

/** How a message names a proxy: `the proxy http://proxy.example.com:3128 (HTTPS_PROXY)`. */
export function describeProxy({ url, variable }: ProxySetting): string {
    return `the proxy ${printableUrl(url)} (${variable})`;
}

/** Connections to the servers of this process, kept open between requests. */
export class Connections {
    readonly #options: AgentOptions;
    readonly #agents = new Map<string, HttpAgent>();

    constructor(options: AgentOptions) {
        this.#options = options;
    }

    /** For axios: the connections to use for a server, through `proxy` if there is one. */
    to(proxy: ProxySetting | undefined): { httpAgent: HttpAgent; httpsAgent: HttpAgent; proxy: false } {
        return {
            httpAgent: this.#agent("http", () => new HttpAgent(this.#options)),
            httpsAgent: proxy
                ? this.#agent(proxy.url.href, () => agentThrough(proxy, this.#options))
                : this.#agent("https", () => new HttpsAgent(this.#options)),
            // The agent above is the proxy's. The one that axios has (https-proxy-agent 5) never settles if the proxy closes
            // the connection.
            proxy: false,
        };
    }

    #agent(name: string, make: () => HttpAgent): HttpAgent {
        const agent = this.#agents.get(name) ?? make();
        this.#agents.set(name, agent);
        return agent;
    }
}

/** An agent whose failures to connect are told from those of the server behind the proxy. */
function agentThrough(proxy: ProxySetting, options: AgentOptions): HttpAgent {
    const isSocks = proxy.url.protocol.startsWith("socks");
    const agent = isSocks ? socksAgent(proxy.url, options) : connectAgent(proxy.url, options);
    const connect = agent.connect.bind(agent);
    agent.connect = async (request, target) => {
        // Of a proxy for HTTP. What follows its refusal is not the server's response.
        let status = 200;
        request.once("proxyConnect", (answer: { statusCode: number }) => {
            status = answer.statusCode;
        });
        const socket = await connect(request, target).catch((error: unknown) => {
            throw new ProxyFault(`${describeProxy(proxy)} ${reasonOf(error)}`, false);
        });
        if (status === 200) return socket;
        (socket as Socket).destroy();
        const refused = status < 500 ? "refuses to connect to this host" : "could not connect to this host";
        const reason = status === 407 ? "does not accept this user" : refused;
        throw new ProxyFault(`${describeProxy(proxy)} ${reason} (${status})`, status < 500);
    };
    return agent;
}

function socksAgent(url: URL, options: AgentOptions): SocksProxyAgent {
    const { SocksProxyAgent } = require("socks-proxy-agent") as typeof import("socks-proxy-agent");
    // The proxy resolves host names, as for the official provider.
    const resolving = url.href.replace(/^socks5:/, "socks5h:");
    return new SocksProxyAgent(resolving, { ...options, timeout: socksTimeoutMs });
}

function connectAgent(url: URL, options: AgentOptions): HttpsProxyAgent<string> {
    const { HttpsProxyAgent } = require("https-proxy-agent") as typeof import("https-proxy-agent");
    const agent = new HttpsProxyAgent<string>(url, options);
    const connect = agent.connect.bind(agent);
    const { connectOpts } = agent;
    agent.connect = async (request, target) => {
        const abandoned = new AbortController();
        // A request without a connection emits nothing when it is destroyed. A proxy that never answers would then hold its
        // connection, and with it the process.
        const destroy = request.destroy.bind(request);
        request.destroy = (error) => {
            abandoned.abort();
            return destroy(error);
        };
        agent.connectOpts = { ...connectOpts, signal: abandoned.signal };
        try {
            return await connect(request, target);
        } finally {
            request.destroy = destroy;
        }
    };
    return agent;
}

function reasonOf(error: unknown): string {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const text = `${typeof code === "string" ? code : ""} ${message}`;
    if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/.test(text)) return "does not accept connections";
    if (/ENOTFOUND|EAI_AGAIN/.test(text)) return "has a host name that does not resolve";
    if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_|EPROTO/.test(text))
        return "failed in the TLS handshake: does it speak TLS?";
    if (/Authentication/i.test(text)) return "did not accept its user name and password";
    if (/ETIMEDOUT|timed out/.test(text)) return "did not answer in time";
    return "closed the connection without opening one to the server";
}
