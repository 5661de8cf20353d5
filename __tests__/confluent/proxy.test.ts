// Proxies on loopback that fail in every way seen, with the client's clock moved by the test. Not proven here: a tunnel that works
// (cli/verify/proxyAndCa.test.ts), proxies that require NTLM or Kerberos.
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { ConfluentApi } from "../../confluent/confluentApi";
import { ConfluentError } from "../../confluent/confluentError";
import { apiKeyCredentials } from "../../confluent/credentials";
import { patientPolicy, type RetryPolicy, singleAttempt } from "../../confluent/retry";
import { Secret } from "../../confluent/secret";
import { VirtualClock } from "../provider/virtualClock";
import { secret } from "./testServer";

const names = [
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
];
const before = { ...process.env };
const clock = new VirtualClock();
const sockets = new Set<Socket>();
let server: Server | undefined;

beforeEach(() => {
    for (const name of names) delete process.env[name];
});

afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    server = undefined;
    process.env = { ...before };
});

/** Listens on a free port, and returns `127.0.0.1:PORT`. */
async function listen(one: Server): Promise<string> {
    server = one;
    one.on("connection", (socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(one.address() as AddressInfo).port}`;
}

function refusal(status: number): string {
    return `HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`;
}

async function failure(
    policy: RetryPolicy = patientPolicy,
    timeoutMs = 30_000,
    endpoint = "https://api.confluent.test",
): Promise<ConfluentError> {
    const credentials = apiKeyCredentials("CLOUDKEY", new Secret(secret));
    const api = new ConfluentApi({ endpoint, credentials, clock, policy, timeoutMs });
    const error = await api
        .send({ method: "POST", path: "/thing", purpose: "making the thing" })
        .catch((thrown: unknown) => thrown);
    if (!(error instanceof ConfluentError)) throw error;
    expect(error.message).not.toMatch(/SENTINEL|pass/);
    return error;
}

describe("a proxy", () => {
    const closing = (): Server => createServer((socket) => socket.once("data", () => socket.end()));

    it("that closes the connection at CONNECT is named with its variable, in half a minute", async () => {
        process.env.HTTPS_PROXY = `http://user:pass@${await listen(closing())}`;
        const startMs = clock.now();
        const error = await failure();
        expect(error.message).toBe(
            `making the thing: POST https://api.confluent.test/thing: no connection: the proxy ${process.env.HTTPS_PROXY.replace("user:pass@", "")} (HTTPS_PROXY) closed the connection without opening one to the server. Check the proxy, and scheme, host and port in the variable named here; or name the host of the request in NO_PROXY.`,
        );
        expect(clock.now() - startMs).toBe(30_000);
        expect(error.wasNeverSent).toBe(true);
    });

    it("that restarts costs nothing: even a POST is sent again", async () => {
        let asked = 0;
        const restarting = createHttpServer();
        restarting.on("connect", (_request, socket) => {
            if (++asked < 4) socket.destroy();
            else socket.end(refusal(asked < 6 ? 503 : 403));
        });
        process.env.HTTPS_PROXY = `http://${await listen(restarting)}`;
        expect((await failure()).kind).toBe("proxySetting");
        expect(asked).toBe(6);
    });

    it.each([
        [407, /the proxy http:.* \(HTTPS_PROXY\) does not accept this user \(407\)\. Correct the variable/],
        [
            403,
            /the proxy http:.* \(HTTPS_PROXY\) refuses to connect to this host \(403\)\. Correct the variable/,
        ],
        [502, /the proxy http:.* \(HTTPS_PROXY\) could not connect to this host \(502\)\. Check the proxy/],
    ])(
        "that answers CONNECT with %i is named, and the answer does not count as the server's",
        async (status, message) => {
            const refusing = createHttpServer();
            refusing.on("connect", (_request, socket) => void socket.end(refusal(status)));
            process.env.HTTPS_PROXY = `http://${await listen(refusing)}`;
            const error = await failure(singleAttempt);
            expect(error.message).toMatch(message);
            expect([error.status, error.wasNeverSent]).toEqual([undefined, true]);
        },
    );

    it("that speaks TLS where http:// is configured is named", async () => {
        const alert = Buffer.from("15030300020246", "hex");
        process.env.https_proxy = await listen(
            createServer((socket) => socket.once("data", () => socket.end(alert))),
        );
        expect((await failure(singleAttempt)).message).toMatch(
            /the proxy http:\/\/127\.0\.0\.1:\d+ \(https_proxy\) closed the connection/,
        );
    });

    it("that does not speak TLS where https:// is configured is named", async () => {
        process.env.HTTPS_PROXY = `https://${await listen(closing())}`;
        expect((await failure(singleAttempt)).message).toMatch(/the proxy https:.* \(HTTPS_PROXY\)/);
    });

    it("that never answers CONNECT is given up after the time limit, and holds no connection", async () => {
        const silent = createServer((socket) => socket.resume());
        const closed = new Promise((resolve) =>
            silent.once("connection", (socket) => socket.once("close", resolve)),
        );
        process.env.ALL_PROXY = `http://${await listen(silent)}`;
        const error = await failure(singleAttempt, 100);
        expect(error.message).toMatch(
            /no answer in time: through the proxy http:\/\/127.0.0.1:\d+ \(ALL_PROXY\)\. /,
        );
        await closed;
    });

    it("that nothing listens at is named", async () => {
        process.env.HTTPS_PROXY = "http://127.0.0.1:9";
        expect((await failure(singleAttempt)).message).toContain(
            "the proxy http://127.0.0.1:9 (HTTPS_PROXY) does not accept connections",
        );
    });

    it("of socks5:// is asked in its own protocol, and resolves the host name", async () => {
        const said: string[] = [];
        const socks = createServer((socket) => {
            socket.once("data", (greeting) => {
                said.push(greeting.subarray(0, 1).toString("hex"));
                socket.write(Buffer.from([5, 0]));
                socket.once("data", (request) => {
                    said.push(request.subarray(5, 5 + (request[4] ?? 0)).toString());
                    // 5: the server refuses the connection.
                    socket.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]));
                });
            });
        });
        process.env.HTTPS_PROXY = `socks5://${await listen(socks)}`;
        const error = await failure(singleAttempt);
        expect(said).toEqual(["05", "api.confluent.test"]);
        expect(error.kind).toBe("proxy");
        expect(error.message).toMatch(/the proxy socks5:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\)/);
    });

    it.each([
        ["quic://user:pass@127.0.0.1:9", "got quic://127.0.0.1:9, expected"],
        ["http://:pass", "got a text that is not a URL, expected"],
    ])("%s is refused at once, with the schemes that are supported", async (value, got) => {
        process.env.HTTPS_PROXY = value;
        const startMs = clock.now();
        const error = await failure();
        expect(error.message).toContain(
            `not sent: HTTPS_PROXY: ${got} http://HOST:PORT, https://HOST:PORT or socks5://`,
        );
        expect(clock.now()).toBe(startMs);
    });

    it("is not used for http://, which is for this machine only", async () => {
        const asked: string[] = [];
        const emulator = createHttpServer((request, response) => {
            asked.push(String(request.url));
            response.writeHead(501).end();
        });
        const address = await listen(emulator);
        process.env.HTTP_PROXY = "http://127.0.0.1:9";
        process.env.ALL_PROXY = "http://127.0.0.1:9";
        expect((await failure(singleAttempt, 30_000, `http://${address}`)).status).toBe(501);
        expect(asked).toEqual(["/thing"]);
    });
});
