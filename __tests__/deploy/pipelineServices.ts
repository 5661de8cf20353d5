import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Emulator } from "../../emulator";

/** A server on loopback that stands in for a service of the pipeline. */
export interface StandIn {
    /** `http://127.0.0.1:40001` */
    readonly url: string;
    close(): void;
}

interface Answer {
    readonly status: number;
    readonly body: unknown;
}

/** A token endpoint, and the tokens that it has issued. */
export interface TokenEndpoint extends StandIn {
    readonly tokens: readonly string[];
    /** Issues a token without a request, as GitLab does when a job begins. */
    issueToken(): Promise<string>;
}

/** GitHub's token endpoint: for the job's own token it issues a token with the audience of Confluent Cloud. */
export async function startTokenEndpoint(emulator: Emulator): Promise<TokenEndpoint> {
    const tokens: string[] = [];
    const issueToken = async (): Promise<string> => {
        const form = { grant_type: "client_credentials", client_id: "github", client_secret: "x" };
        const url = `${emulator.url}/_emulator/idp/token`;
        const answer = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
        const { access_token: token } = (await answer.json()) as { access_token: string };
        tokens.push(token);
        return token;
    };
    const server = await listen(async ({ url, headers }) => {
        const audience = new URL(`http://localhost${url}`).searchParams.get("audience");
        if (headers.authorization !== "bearer job-token" || audience !== "confluent.cloud")
            return { status: 401, body: {} };
        return { status: 200, body: { value: await issueToken() } };
    });
    return { ...server, tokens, issueToken };
}

/** Vault's transit engine with the key `flink`. It reverses texts, which is enough to see what was encrypted. */
export function startVault(): Promise<StandIn> {
    const reverse = (value = ""): string => [...value].reverse().join("");
    return listen(async (request) => {
        const [, operation] = /^\/v1\/transit\/(encrypt|decrypt)\/flink$/.exec(request.url ?? "") ?? [];
        if (request.headers["x-vault-token"] !== "vault-token" || operation === undefined)
            return { status: 403, body: { errors: ["permission denied"] } };
        const { plaintext, ciphertext } = JSON.parse(await text(request)) as Record<string, string>;
        const data =
            operation === "encrypt"
                ? { ciphertext: `vault:v1:${reverse(plaintext)}` }
                : { plaintext: reverse(ciphertext?.replace("vault:v1:", "")) };
        return { status: 200, body: { data } };
    });
}

async function listen(answer: (request: IncomingMessage) => Promise<Answer>): Promise<StandIn> {
    const server = createServer(async (request, response) => {
        const { status, body } = await answer(request);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () => {
            server.closeAllConnections();
            server.close();
        },
    };
}
