// SIGKILL under a real Pulumi engine during the request that creates the key: to the provider alone, and to engine, program and
// provider. Then another `pulumi up`. Not proven here: kills at other requests (killedProvider.test.ts, without an engine).
import { readdirSync, readFileSync } from "node:fs";
import { platform } from "node:os";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, liveKeys, PulumiProject } from "../engine/pulumiProject";

jest.setTimeout(120_000);

const stack = "killed";
const program = `
const pulumi = require("@pulumi/pulumi");
const { FlinkApiKey } = require("pulumi-confluent-flink");
new FlinkApiKey("orders", { owner: "sa-000aaa", environmentId: "env-abc123", cloud: "aws", region: "us-east-2" });
`;

/** The processes with the project's folder in their environment and `word` in their command line. */
function processesOf(folder: string, word: string): number[] {
    return readdirSync("/proc")
        .map(Number)
        .filter((pid) => pid > 0 && pid !== process.pid)
        .filter((pid) => {
            try {
                const isOurs = readFileSync(`/proc/${pid}/environ`, "utf8").includes(folder);
                return isOurs && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
            } catch {
                return false; // The process has ended, or belongs to another user.
            }
        });
}

describeWithEngine("a pulumi up that is killed while it creates the key", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeEach(async () => {
        emulator = await startEmulator();
        project = new PulumiProject(emulator, program);
        await project.init(stack);
        project.configure(stack, {});
    });

    afterEach(async () => {
        project.remove();
        await emulator.close();
    });

    // processesOf reads /proc.
    const itOnLinux = platform() === "linux" ? it : it.skip;

    itOnLinux.each([
        ["the provider", "dynamic-provider"],
        ["engine, program and provider", ""],
    ])("is repaired by the next: SIGKILL to %s", async (_who, word) => {
        emulator.faults.add({ method: "POST", path: "/iam/v2/api-keys", action: { hang: true } });
        const run = project.run(stack, ["up", "--yes", "--skip-preview"]);
        while (Object.keys(liveKeys(emulator)).length === 0) await new Promise((r) => setTimeout(r, 20));
        const victims = processesOf(project.folder, word);
        expect(victims.length).toBeGreaterThan(0);
        for (const pid of victims) process.kill(pid, "SIGKILL");
        expect((await run).code).not.toBe(0);
        const [stray] = Object.values(liveKeys(emulator));

        // The lock of a killed engine remains in a file backend.
        await project.run(stack, ["cancel", "--yes"]);
        const { text } = await project.do(stack, "up");
        const [stored] = project.stored(stack, "FlinkApiKey");
        expect(Object.values(liveKeys(emulator))).toEqual([stored?.outputs?.apiKey]);
        expect(stored?.outputs?.apiKey).not.toBe(stray);
        expect(text).toContain(`Removed Flink API key ${stray}`);
    });
});
