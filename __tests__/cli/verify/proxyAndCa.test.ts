// The built command in a process of its own, because Node.js reads NODE_EXTRA_CA_CERTS when it starts. It uses a proxy, and a
// server with a certificate of a private CA. The provider and the command share this client. Not proven here: proxies that
// require NTLM or Kerberos.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import {
    type AddressInfo,
    connect,
    createServer as createTcpServer,
    type Server as NetServer,
} from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const main = join(__dirname, "../../../dist/cli/main.js");
const secret = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
const hasOpenssl = canRun("openssl", "version");
if (!hasOpenssl) process.stdout.write("Skipped: there is no openssl to make a certificate with.\n");

let folder: string;
let flink: Server;
let proxy: Server;
let connects: { target: string; authorization: string | undefined }[];

beforeAll(async () => {
    if (!hasOpenssl) return;
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-proxy-"));
    const subject = [
        "-subj",
        "/CN=flink.internal",
        "-addext",
        "subjectAltName=DNS:flink.internal,IP:127.0.0.1",
    ];
    const keyKind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    execFileSync(
        "openssl",
        ["req", "-x509", ...keyKind, "-keyout", at("key.pem"), "-out", at("cert.pem"), ...subject],
        {
            stdio: "ignore",
        },
    );
    const tls = { key: readFileSync(at("key.pem")), cert: readFileSync(at("cert.pem")) };
    const expected = `Basic ${Buffer.from(`AKEY:${secret}`).toString("base64")}`;
    flink = createHttpsServer(tls, (asked, answer) => {
        answer.writeHead(asked.headers.authorization === expected ? 200 : 401, {
            "content-type": "application/json",
        });
        answer.end('{"data":[],"metadata":{}}');
    });
    proxy = createHttpServer((_asked, answer) => answer.writeHead(500).end());
    proxy.on("connect", (asked, socket) => {
        connects.push({ target: String(asked.url), authorization: asked.headers["proxy-authorization"] });
        const upstream = connect(portOf(flink), "127.0.0.1", () => {
            socket.write("HTTP/1.1 200 OK\r\n\r\n");
            upstream.pipe(socket);
            socket.pipe(upstream);
        });
        for (const one of [socket, upstream]) one.on("error", () => undefined);
    });
    await Promise.all(
        [flink, proxy].map(
            (server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)),
        ),
    );
    const outputs = {
        apiKey: "AKEY",
        scope: "env-abc123.aws.us-east-2",
        restEndpoint: "https://flink.internal",
    };
    const marked = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        plaintext: JSON.stringify(secret),
    };
    const type = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";
    const resources = [{ urn: "urn:pulumi:prod::p::x::k", type, outputs: { ...outputs, apiSecret: marked } }];
    writeFileSync(at("state.json"), JSON.stringify({ deployment: { resources } }));
});

beforeEach(() => {
    connects = [];
});

afterAll(() => {
    for (const server of [flink, proxy]) server?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

function at(name: string): string {
    return join(folder, name);
}

function portOf(server: NetServer): number {
    return (server.address() as AddressInfo).port;
}

function verify(
    endpoint: string | undefined,
    variables: NodeJS.ProcessEnv,
): Promise<{ exitCode: number | null; out: string }> {
    const args = [
        "verify",
        "--state",
        at("state.json"),
        "--organization",
        "1111aaaa-0000-4000-8000-000000000000",
    ];
    const child = spawn(process.execPath, [main, ...args, ...(endpoint ? ["--endpoint", endpoint] : [])], {
        env: { PATH: process.env.PATH, ...variables },
    });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (out += String(text)));
    return new Promise((resolve) => child.once("close", (exitCode) => resolve({ exitCode, out })));
}

(hasOpenssl ? describe : describe.skip)("pulumi-confluent-flink verify behind a proxy", () => {
    const through = (): NodeJS.ProcessEnv => ({
        HTTPS_PROXY: `http://user:pass@127.0.0.1:${portOf(proxy)}`,
        NODE_EXTRA_CA_CERTS: at("cert.pem"),
    });

    it("uses HTTPS_PROXY with its user, and trusts NODE_EXTRA_CA_CERTS", async () => {
        const { exitCode, out } = await verify(undefined, through());
        expect(out).toContain("env-abc123.aws.us-east-2  AKEY  ready  https://flink.internal");
        expect(exitCode).toBe(0);
        const authorization = `Basic ${Buffer.from("user:pass").toString("base64")}`;
        expect(connects[0]).toEqual({ target: "flink.internal:443", authorization });
        expect(out).not.toContain("SENTINEL");
    });

    it("does not use the proxy for the hosts of NO_PROXY", async () => {
        const endpoint = `https://127.0.0.1:${portOf(flink)}`;
        const { exitCode } = await verify(endpoint, { ...through(), NO_PROXY: "127.0.0.1" });
        expect(exitCode).toBe(0);
        expect(connects).toEqual([]);
    });

    it("shows the certificate error and what to set if its CA is not trusted", async () => {
        const { NODE_EXTRA_CA_CERTS, ...withoutCa } = through();
        const { exitCode, out } = await verify(undefined, withoutCa);
        expect(NODE_EXTRA_CA_CERTS).toBeDefined();
        expect(exitCode).toBe(4);
        expect(out).toMatch(/unverified.*\n.*certificate not trusted.*NODE_EXTRA_CA_CERTS/);
    });

    it("reports unverified at once if the proxy cannot be reached", async () => {
        const { exitCode, out } = await verify(undefined, {
            ...through(),
            HTTPS_PROXY: "http://user:pass@127.0.0.1:9",
        });
        expect(exitCode).toBe(4);
        expect(out).toContain("the proxy http://127.0.0.1:9 (HTTPS_PROXY) does not accept connections");
        expect(out).not.toContain("pass");
    });

    it("does not end with 0 and without a word if the proxy closes the connection at CONNECT", async () => {
        const closing = createTcpServer((socket) => socket.once("data", () => socket.end()));
        await new Promise<void>((resolve) => closing.listen(0, "127.0.0.1", resolve));
        const { exitCode, out } = await verify(undefined, {
            ...through(),
            HTTPS_PROXY: `http://127.0.0.1:${portOf(closing)}`,
        });
        closing.close();
        expect(out).toMatch(
            /unverified.*\n.*the proxy http:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\) closed the connection/,
        );
        expect(exitCode).toBe(4);
    });
});

function canRun(command: string, ...args: string[]): boolean {
    try {
        execFileSync(command, args, { stdio: "ignore" });
        return true;
    } catch {
        return false;
    }
}
