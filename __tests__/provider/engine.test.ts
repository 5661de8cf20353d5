// A process that watches its engine, with real processes. The engine is a server that listens, or the process that starts the
// watching one. Not proven here: what the provider does until it ends (faults/killedProvider.test.ts).
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { join } from "node:path";

jest.setTimeout(30_000);

const built = join(__dirname, "..", "..", "dist", "provider", "engine.js");
const watch = (address: string): string =>
    `require(${JSON.stringify(built)}).watchEngine(${JSON.stringify(address)}); setInterval(() => 0, 1e6); console.log(process.pid);`;

/** The id that the process prints when it watches. */
async function watching(process: ChildProcess): Promise<number> {
    const [text] = await once(process.stdout as NodeJS.ReadableStream, "data");
    return Number(String(text).trim());
}

async function listen(): Promise<{ server: Server; address: string }> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { server, address: `127.0.0.1:${(server.address() as { port: number }).port}` };
}

function isRunning(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

describe("watchEngine", () => {
    it("G42: ends the process when nothing listens at the engine's address any more", async () => {
        const { server, address } = await listen();
        const child = spawn(process.execPath, ["-e", watch(address)]);
        await watching(child);
        server.close();
        const [code] = await once(child, "exit");
        expect(code).toBe(1);
    });

    it("G42: ends the process when its parent is killed, although the shell between them or the address stays", async () => {
        const { server, address } = await listen();
        // As the engine does, through a shell.
        const shell = spawn("sh", ["-c", `"${process.execPath}" -e '${watch(address)}'; true`]);
        const pid = await watching(shell);
        shell.kill("SIGKILL");
        while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
        server.close();
    });

    it("keeps the process running while the engine accepts connections", async () => {
        const { server, address } = await listen();
        const connections: unknown[] = [];
        server.on("connection", (socket) => connections.push(socket));
        const child = spawn(process.execPath, ["-e", watch(address)]);
        const pid = await watching(child);
        while (connections.length < 3) await once(server, "connection");
        expect(isRunning(pid)).toBe(true);
        child.kill();
        server.close();
    });

    it("watches only the parent if the argument is no address", async () => {
        const child = spawn(process.execPath, [
            "-e",
            `${watch("none")} setTimeout(() => process.exit(7), 2500)`,
        ]);
        await watching(child);
        const [code] = await once(child, "exit");
        expect(code).toBe(7);
    });
});
