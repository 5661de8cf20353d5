// The built command as a process that is stopped in the middle of its run. Not proven here: a machine that goes away with the
// network, where the next run finds what is left as after SIGKILL.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { leftIn } from "./conformanceWorld";

jest.setTimeout(60_000);

const command = join(__dirname, "..", "..", "dist", "cli", "main.js");

describe("a conformance run that is stopped", () => {
    let emulator: Emulator;
    let child: ChildProcess | undefined;

    beforeAll(() => {
        if (!existsSync(command)) throw new Error("There is no dist: npm run build");
    });
    beforeEach(async () => {
        // Never usable: the run waits for the region when it is stopped.
        const never = { minMs: 3_600_000, maxMs: 3_600_000 };
        emulator = await startEmulator({ keyPropagation: never });
    });
    afterEach(async () => {
        child?.kill("SIGKILL");
        await emulator.close();
    });

    function start(...args: string[]): { ended: Promise<number | null>; text: () => string } {
        let text = "";
        child = spawn(
            process.execPath,
            [command, "conformance", "--environment", "env-abc123", "--region", "aws.us-east-2", ...args],
            {
                env: {
                    PATH: process.env.PATH,
                    CONFLUENT_CLOUD_ENDPOINT: emulator.url,
                    CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
                    CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
                },
                stdio: ["ignore", "pipe", "pipe"],
            },
        );
        for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => (text += part));
        return { ended: once(child, "close").then(([code]) => code), text: () => text };
    }

    /** Until the run asks the region with a key of its own. */
    async function untilInTheMiddle(): Promise<void> {
        const isWaiting = () =>
            leftIn(emulator).length > 1 &&
            emulator.journal.entries().some(({ path, status }) => path.startsWith("/sql/") && status === 401);
        while (!isWaiting() && child?.exitCode === null) await new Promise(setImmediate);
    }

    it.each(["SIGINT", "SIGTERM"] as const)("leaves nothing after %s, and says so", async (signal) => {
        const { ended, text } = start("--yes");
        await untilInTheMiddle();
        expect(leftIn(emulator)).not.toEqual([]);
        child?.kill(signal);
        expect([await ended, text()]).toEqual([expect.any(Number), expect.stringContaining(signal)]);
        expect(leftIn(emulator)).toEqual([]);
    });

    it("leaves what it made after SIGKILL, and --clean of the next run removes it", async () => {
        const { ended } = start("--yes");
        await untilInTheMiddle();
        child?.kill("SIGKILL");
        await ended;
        expect(leftIn(emulator)).not.toEqual([]);
        const next = start("--clean", "--yes");
        expect([await next.ended, leftIn(emulator)]).toEqual([0, []]);
    });
});
