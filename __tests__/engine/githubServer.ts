import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer as createProxy, type Server } from "node:http";
import {
    createSecureServer,
    type Http2SecureServer,
    type Http2ServerRequest as Request,
    type Http2ServerResponse as Response,
} from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/**
 * What the engine asks of GitHub, on loopback, by HTTP/2 as GitHub answers: the release of a tag, its files, and a clone. `env` leads the engine's requests to it,
 * by a proxy that connects to nothing else, and a certificate that a Go program then trusts.
 */
export class GithubServer {
    readonly env: Readonly<Record<string, string>>;
    readonly requests: string[] = [];
    readonly #servers: readonly [Http2SecureServer, Server];
    readonly #folder: string;

    private constructor(server: Http2SecureServer, proxy: Server, folder: string) {
        this.#folder = folder;
        this.#servers = [server, proxy];
        proxy.on("connect", (_request, client, head) => {
            const github = connect(portOf(server), "127.0.0.1", () => {
                client.write("HTTP/1.1 200 OK\r\n\r\n");
                github.write(head);
                github.pipe(client).pipe(github);
            });
            for (const socket of [github, client]) socket.on("error", () => socket.destroy());
        });
        this.env = {
            HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
            NO_PROXY: "127.0.0.1",
            SSL_CERT_FILE: join(folder, "cert.pem"),
        };
    }

    /** `files`: those of the release of any version. `repository`: the `.git` of a repository. */
    static async start(files: string, repository: string): Promise<GithubServer> {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-github-"));
        const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
        const args = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=github.com -addext";
        const names = "subjectAltName=DNS:github.com,DNS:api.github.com";
        const to = ["-keyout", key, "-out", certificate];
        execFileSync("openssl", [...args.split(" "), names, ...to], { stdio: "ignore" });
        const server = createSecureServer({
            key: readFileSync(key),
            cert: readFileSync(certificate),
            allowHTTP1: true,
        });
        const proxy = createProxy();
        for (const one of [server, proxy])
            await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
        const github = new GithubServer(server, proxy, folder);
        server.on("request", (request, response) => github.#answer(request, response, files, repository));
        return github;
    }

    close(): void {
        for (const server of this.#servers) server.close();
        rmSync(this.#folder, { recursive: true, force: true });
    }

    #answer(request: Request, response: Response, files: string, repository: string): void {
        const path = String(request.url);
        this.requests.push(path);
        const git = (...args: string[]) =>
            spawn("git", ["upload-pack", "--stateless-rpc", ...args, repository]);
        if (path.startsWith("/assets/")) {
            const file = readFileSync(join(files, basename(path)));
            response.setHeader("content-length", file.length);
            response.end(file);
        } else if (path.startsWith("/repos/acme/pulumi-confluent-flink/releases/tags/v")) {
            const assets = readdirSync(files).map((name) => ({
                name,
                url: `https://api.github.com/assets/${name}`,
            }));
            response.end(JSON.stringify({ assets }));
        } else if (path.endsWith("/info/refs?service=git-upload-pack")) {
            response.setHeader("content-type", "application/x-git-upload-pack-advertisement");
            response.write("001e# service=git-upload-pack\n0000");
            git("--advertise-refs").stdout.pipe(response);
        } else if (path.endsWith("/git-upload-pack")) {
            response.setHeader("content-type", "application/x-git-upload-pack-result");
            const child = git();
            child.stdout.pipe(response);
            request.pipe(child.stdin);
        } else {
            response.writeHead(404);
            response.end();
        }
    }
}

function portOf(server: Server | Http2SecureServer): number {
    return (server.address() as AddressInfo).port;
}
