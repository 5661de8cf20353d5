import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Emulator } from "../../emulator/emulator";

/** A request on its way to the emulator. May be changed. */
export interface Asked {
    readonly method: string;
    path: string;
    query: URLSearchParams;
    /** The parsed body; undefined where there is none. */
    // biome-ignore lint/suspicious/noExplicitAny: what is sent is what is tested
    body: any;
    /** Id of the API key that it is sent with. */
    keyId: string;
    readonly secret: string;
    /** To the region's Flink endpoint. */
    readonly isToRegion: boolean;
    /** By the emulator's clock. */
    readonly atMs: number;
}

/** An answer on its way back. May be changed. */
export interface Told {
    status: number;
    readonly headers: Record<string, string>;
    // biome-ignore lint/suspicious/noExplicitAny: what comes back is what is tested
    body: any;
}

/** What a service does otherwise than the emulator. */
export interface Crook {
    /** Changes the request, or answers in the emulator's place. */
    asked?(asked: Asked): Told | undefined;
    /** Changes the answer. */
    told?(told: Told, asked: Asked): void;
}

/** An address that passes everything on to an emulator, but for what `crook` does. */
export async function startCrookedService(
    emulator: Emulator,
    crook: Crook,
): Promise<{ url: string; close(): Promise<void> }> {
    let url = "";
    const server = createServer((request, reply) => {
        void pass(request).then((told) => {
            const body = told.body === undefined ? undefined : textOf(told.body);
            reply.writeHead(told.status, told.headers).end(body?.replaceAll(emulator.url, url));
        });
    });
    const pass = async (request: IncomingMessage): Promise<Told> => {
        const asked = await readRequest(request, emulator.clock.now());
        const told = crook.asked?.(asked) ?? (await forward(asked));
        crook.told?.(told, asked);
        return told;
    };
    const forward = async (asked: Asked): Promise<Told> => {
        const response = await fetch(`${emulator.url}${asked.path}?${asked.query}`, {
            method: asked.method,
            headers: {
                authorization: `Basic ${Buffer.from(`${asked.keyId}:${asked.secret}`).toString("base64")}`,
                ...(asked.body !== undefined && { "content-type": "application/json" }),
            },
            ...(asked.body !== undefined && { body: JSON.stringify(asked.body) }),
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
    // Its own Date would hide that an answer has none.
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

async function readRequest(request: IncomingMessage, atMs: number): Promise<Asked> {
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
        isToRegion: url.pathname.startsWith("/sql/"),
    };
}

function textOf(body: unknown): string {
    return typeof body === "string" ? body : JSON.stringify(body);
}
