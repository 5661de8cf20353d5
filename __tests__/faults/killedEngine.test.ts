// kill -9 under a real Pulumi engine, of the provider alone and of everything, in the middle of the request that makes
// the key; then another `pulumi up`. Not proven here: every other moment, which killed.test.ts has without the engine.
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

/** Processes of a project, found by its folder in their environment; those whose command line holds `word`. */
function processesOf(folder: string, word: string): number[] {
    return readdirSync("/proc")
        .map(Number)
        .filter((pid) => pid > 0 && pid !== process.pid)
        .filter((pid) => {
            try {
                const isOurs = readFileSync(`/proc/${pid}/environ`, "utf8").includes(folder);
                return isOurs && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
            } catch {
                return false; // Ended meanwhile, or somebody else's.
            }
        });
}

describeWithEngine("an up that is killed while the key is made", () => {
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

    // Processes are found by way of /proc.
    const itOnLinux = platform() === "linux" ? it : it.skip;

    itOnLinux.each([
        ["the provider", "dynamic-provider"],
        ["engine, program and provider", ""],
    ])("is put right by the next: kill -9 of %s", async (_who, word) => {
        emulator.faults.add({ method: "POST", path: "/iam/v2/api-keys", action: { hang: true } });
        const run = project.run(stack, ["up", "--yes", "--skip-preview"]);
        while (Object.keys(liveKeys(emulator)).length === 0) await new Promise((r) => setTimeout(r, 20));
        const victims = processesOf(project.folder, word);
        expect(victims.length).toBeGreaterThan(0);
        for (const pid of victims) process.kill(pid, "SIGKILL");
        expect((await run).code).not.toBe(0);
        const [stray] = Object.values(liveKeys(emulator));

        // A file backend keeps the lock of an engine that was killed.
        await project.run(stack, ["cancel", "--yes"]);
        const { text } = await project.do(stack, "up");
        const [stored] = project.stored(stack, "FlinkApiKey");
        expect(Object.values(liveKeys(emulator))).toEqual([stored?.outputs?.apiKey]);
        expect(stored?.outputs?.apiKey).not.toBe(stray);
        expect(text).toContain(`Removed Flink API key ${stray}`);
    });
});
