import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";

const REPOSITORY = resolve(__dirname, "../..");

/** The command as a process, built from the sources as they are now. */
describe("the emulator's command", () => {
    let folder: string;
    const children: ChildProcess[] = [];

    beforeAll(() => {
        folder = mkdtempSync(join(tmpdir(), "emulator-main-"));
        cpSync(join(REPOSITORY, "emulator"), join(folder, "emulator"), { recursive: true });
        symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
        for (const file of readdirSync(join(folder, "emulator"), { recursive: true, encoding: "utf8" })) {
            if (file.endsWith(".ts")) {
                const path = join(folder, "emulator", file);
                const { outputText } = transpileModule(readFileSync(path, "utf8"), {
                    compilerOptions: {
                        module: ModuleKind.CommonJS,
                        target: ScriptTarget.ES2022,
                        esModuleInterop: true,
                    },
                });
                writeFileSync(path.replace(/\.ts$/, ".js"), outputText);
            }
        }
    });
    afterAll(() => {
        for (const child of children) {
            child.kill("SIGKILL");
        }
        rmSync(folder, { recursive: true });
    });

    interface Run {
        child: ChildProcess;
        firstLine: Promise<string>;
        end: Promise<{ code: number | null; stdout: string; stderr: string }>;
    }

    function run(...args: string[]): Run {
        const child = spawn(process.execPath, [join(folder, "emulator/main.js"), ...args]);
        children.push(child);
        const [stdout, stderr]: [string[], string[]] = [[], []];
        const firstLine = new Promise<string>((resolve) => {
            child.stdout.setEncoding("utf8").on("data", (text: string) => {
                stdout.push(text);
                if (text.includes("\n")) {
                    resolve(stdout.join("").split("\n", 1)[0] ?? "");
                }
            });
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
        const end = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
            child.once("close", (code) =>
                resolve({ code, stdout: stdout.join(""), stderr: stderr.join("") }),
            );
        });
        return { child, firstLine, end };
    }

    it("prints its URL and a Cloud API key as one line of JSON, and exits with 0 on SIGTERM and SIGINT", async () => {
        for (const signal of ["SIGTERM", "SIGINT"] as const) {
            const { child, firstLine, end } = run("--environment", "env-xyz789");
            const { url, cloudApiKey, cloudApiSecret, environmentIds, organizationId } = JSON.parse(
                await firstLine,
            );
            expect([environmentIds, organizationId]).toEqual([
                ["env-xyz789"],
                expect.stringMatching(/^[0-9a-f-]{36}$/),
            ]);
            const authorization = `Basic ${Buffer.from(`${cloudApiKey}:${cloudApiSecret}`).toString("base64")}`;
            const response = await fetch(`${url}/org/v2/environments`, { headers: { authorization } });
            expect(response.status).toBe(200);
            child.kill(signal);
            expect(await end).toMatchObject({ code: 0, stderr: "" });
        }
    });

    it("prints that a port is in use, and exits with 1", async () => {
        const first = run();
        const { port } = new URL(JSON.parse(await first.firstLine).url);
        const { code, stdout, stderr } = await run("--port", port).end;
        expect([code, stdout]).toEqual([1, ""]);
        expect(stderr).toBe(
            `emulator: Port ${port} on 127.0.0.1 is in use. Choose another with --port, or omit --port to use a free one.\n`,
        );
        first.child.kill("SIGTERM");
        await first.end;
    });

    it("exits with 2 and one line for an unknown option or an invalid value", async () => {
        for (const args of [
            ["--colour"],
            ["--port", "x"],
            ["--host", "0.0.0.0"],
            ["--environment", "prod"],
        ]) {
            const { code, stdout, stderr } = await run(...args).end;
            expect([code, stdout]).toEqual([2, ""]);
            expect(stderr).toMatch(/^emulator: [^\n]+\n$/);
        }
    });

    it("prints its options with --help", async () => {
        const { code, stdout } = await run("--help").end;
        expect(code).toBe(0);
        expect(stdout).toContain("--key-propagation");
    });
});
