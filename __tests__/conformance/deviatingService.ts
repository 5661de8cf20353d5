import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Emulator } from "../../emulator/emulator";

/** A request on its way to the emulator. A deviation may change it. */
export interface SentRequest {
    readonly method: string;
    path: string;
    query: URLSearchParams;
    /** The parsed body; undefined if there is none. */
    // biome-ignore lint/suspicious/noExplicitAny: tests change any field
    body: any;
    /** Id of the API key that it uses. */
    keyId: string;
    readonly secret: string;
    /** Whether it is sent to the region's Flink endpoint. */
    readonly isToRegion: boolean;
    /** By the emulator's clock. */
    readonly atMs: number;
}

/** A response on its way back. A deviation may change it. */
export interface SentResponse {
    status: number;
    readonly headers: Record<string, string>;
    // biome-ignore lint/suspicious/noExplicitAny: tests change any field
    body: any;
}

/** How a service differs from the emulator. */
export interface Deviation {
    /** Changes the request, or answers it instead of the emulator. */
    onRequest?(sent: SentRequest): SentResponse | undefined;
    /** Changes the response. */
    onResponse?(answer: SentResponse, sent: SentRequest): void;
}

/** Starts a proxy in front of an emulator, which changes requests and responses as `deviation` says. */
export async function startDeviatingService(
    emulator: Emulator,
    deviation: Deviation,
): Promise<{ url: string; close(): Promise<void> }> {
    let url = "";
    const server = createServer((request, reply) => {
        void pass(request).then((answer) => {
            const body = answer.body === undefined ? undefined : textOf(answer.body);
            reply.writeHead(answer.status, answer.headers).end(body?.replaceAll(emulator.url, url));
        });
    });
    const pass = async (request: IncomingMessage): Promise<SentResponse> => {
        const sent = await readRequest(request, emulator.clock.now());
        const answer = deviation.onRequest?.(sent) ?? (await forward(sent));
        deviation.onResponse?.(answer, sent);
        return answer;
    };
    const forward = async (sent: SentRequest): Promise<SentResponse> => {
        const response = await fetch(`${emulator.url}${sent.path}?${sent.query}`, {
            method: sent.method,
            headers: {
                authorization: `Basic ${Buffer.from(`${sent.keyId}:${sent.secret}`).toString("base64")}`,
                ...(sent.body !== undefined && { "content-type": "application/json" }),
            },
            ...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
        });
        const text = await response.text();
        const headers = Object.fromEntries(
            ["date", "content-type", "www-authenticate", "location", "retry-after"].flatMap((name) => {
                const value = response.headers.get(name);
                return value === null ? [] : [[name, value]];
            }),
        );
        return { status: response.status, headers, body: text === "" ? undefined : JSON.parse(text) };
    };
    server.on("connection", (socket) => socket.unref());
    server.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    // Node.js would add a header Date where the response should have none.
    server.on("request", (_request, reply) => {
        reply.sendDate = false;
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
        url,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}

async function readRequest(request: IncomingMessage, atMs: number): Promise<SentRequest> {
    let text = "";
    for await (const part of request) text += part;
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const [, encoded = ""] = (request.headers.authorization ?? "").split(" ");
    const [keyId = "", secret = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
    return {
        method: request.method ?? "GET",
        path: url.pathname,
        query: url.searchParams,
        body: text === "" ? undefined : JSON.parse(text),
        keyId,
        secret,
        atMs,
        isToRegion: url.pathname.includes("/sql/"),
    };
}

function textOf(body: unknown): string {
    return typeof body === "string" ? body : JSON.stringify(body);
}
