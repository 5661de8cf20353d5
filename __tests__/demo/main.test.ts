// The demo as it is started by a person: wrong usage, a reader that goes away, Ctrl-C. Not proven here: a whole demo on a real engine, which
// `npm run demo` shows.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEngine } from "../../demo/engineDeployment";

jest.setTimeout(60_000);

const main = join(__dirname, "../../dist/demo/main.js");

/** Runs the demo. `readsOnce` closes the pipe after the first output, as `| head -1` does. */
async function demo(args: readonly string[], readsOnce = false): Promise<[number | null, string, string]> {
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (part) => {
        out += part;
        if (readsOnce) child.stdout.destroy();
    });
    child.stderr.on("data", (part) => (err += part));
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return [code, out, err];
}

describe("npm run demo", () => {
    it.each([
        [["--stak", "prod"], /^error: Unknown option '--stak'/],
        [["prod"], /^error: got "prod", expected an option: npm run demo -- --stack prod\n/],
        [["--stack", "nope"], /^error: --stack: got "nope", expected one of .*demo/],
    ])("ends with exit code 2 and says what is expected for %j", async (args, message) => {
        const [code, out, err] = await demo(args);
        expect([code, out]).toEqual([2, ""]);
        expect(err).toMatch(message);
        expect(err).toMatch(/\(run npm run demo -- --help for details\)\n$/);
    });

    it("deletes everything even if nobody reads its output any more", async () => {
        const [code, out, err] = await demo(["--without-engine"], true);
        expect(out).toMatch(/^\nDemo of stack demo/);
        // Exit code 1: the demo failed, or something is left.
        expect([code, err.replaceAll(/^(info|warning): .*\n/gm, "")]).toEqual([0, ""]);
    });

    const engine = findEngine();
    if ("missing" in engine)
        process.stdout.write(`Skipped: Ctrl-C in the demo on the engine, for ${engine.missing}.\n`);
    ("missing" in engine ? it.skip : it)("deletes what it created after Ctrl-C", async () => {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-demo-"));
        // A process group of its own: a shell sends Ctrl-C to the whole group, and so to the engine.
        const child = spawn(process.execPath, [main], {
            detached: true,
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, TMPDIR: folder },
        });
        let err = "";
        child.stderr.on("data", (part) => (err += part));
        // The first status line: a key is awaited.
        let isSent = false;
        child.stdout.on("data", (part) => {
            if (isSent || !String(part).includes("waiting")) return;
            isSent = true;
            process.kill(-(child.pid as number), "SIGINT");
        });
        const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
        expect([code, err]).toEqual([
            130,
            expect.stringMatching(/\nInterrupted\. Nothing is left behind\.\n$/),
        ]);
        expect(readdirSync(folder).filter((name) => name.startsWith("confluent-flink-"))).toEqual([]);
        rmSync(folder, { recursive: true });
    });
});
