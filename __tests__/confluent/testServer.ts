import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfluentApi, type ConfluentApiOptions } from "../../confluent/confluentApi";
import { apiKeyCredentials } from "../../confluent/credentials";
import { patientPolicy } from "../../confluent/retry";
import { Secret } from "../../confluent/secret";
import { VirtualClock } from "../provider/virtualClock";

export const secret = "cfltSENTINELsecretSENTINELsecretSENTINEL";

export interface Received {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
}

/** Writes the response to a request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A real HTTP server on a free port, which gives one prepared response after the other, and then repeats the last one. */
export class TestServer {
    readonly received: Received[] = [];
    readonly clock = new VirtualClock();
    readonly #server: Server;
    readonly #answers: Answer[];

    private constructor(server: Server, answers: Answer[]) {
        this.#server = server;
        this.#answers = answers;
    }

    static async start(...answers: Answer[]): Promise<TestServer> {
        const server = createServer();
        const test = new TestServer(server, answers);
        server.on("request", async (request, response) => {
            let body = "";
            for await (const part of request) body += part;
            test.received.push({
                method: request.method ?? "",
                url: request.url ?? "",
                headers: request.headers,
                body,
            });
            const answer = test.#answers.length > 1 ? test.#answers.shift() : test.#answers[0];
            answer?.(response, request);
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return test;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    }

    api(options: Partial<ConfluentApiOptions> = {}): ConfluentApi {
        return new ConfluentApi({
            endpoint: this.url,
            credentials: apiKeyCredentials("CLOUDKEY", new Secret(secret)),
            clock: this.clock,
            policy: patientPolicy,
            random: () => 0.5,
            ...options,
        });
    }

    async close(): Promise<void> {
        this.#server.closeAllConnections();
        await new Promise((resolve) => this.#server.close(resolve));
    }
}

/** A response with a JSON body, or with a text if `body` is a string. */
export function answer(status: number, body: unknown = {}, headers: Record<string, string> = {}): Answer {
    return (response) => {
        response.writeHead(status, { "content-type": "application/json", ...headers });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
}

/** Breaks the connection without a response. */
export const drop: Answer = (response) => response.socket?.destroy();

/** Never responds. */
export const hang: Answer = () => undefined;
