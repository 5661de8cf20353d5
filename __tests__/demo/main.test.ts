// The demo as it is started by a person: wrong usage, and a reader that goes away. Not proven here: the demo on a real engine, which
// `npm run demo` in .ci/run shows.
import { spawn } from "node:child_process";
import { join } from "node:path";

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
});
