// The policy pack with a real engine and the emulator. Skipped, with the reason, if the engine or its analyzer for policy
// packs is missing. Not proven here: that Pulumi Cloud enforces packs for a whole organization.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { credentialsOf, type PulumiRun } from "../../demo/engineHome";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, PulumiProject } from "../engine/pulumiProject";

const host = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
const pack = join(__dirname, "..", "..", "policy");
const config = {
    "confluent-flink:environmentId": "env-abc123",
    "confluent-flink:regions": ["aws.us-east-2"],
};

describeWithEngine("the policy pack", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        // With this clock, the keys of the test are created 200 days ago.
        emulator = await startEmulator({ clock: { now: () => Date.now() - 200 * 86_400_000 } });
        project = new PulumiProject(emulator);
        await project.init("dev");
        // The pack as npm ci installs it.
        const copy = join(project.folder, "project", "policy");
        cpSync(pack, copy, { recursive: true, filter: (path) => !path.includes("node_modules") });
        symlinkSync(join(pack, "..", "node_modules"), join(copy, "node_modules"), "dir");
        // The Pulumi installer also installs this program.
        mkdirSync(join(project.folder, "bin"), { recursive: true });
        const program = join(project.folder, "bin", "pulumi-analyzer-policy");
        writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${host}" "$@"\n`);
        chmodSync(program, 0o755);
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.close();
    });

    /** The options in the README, for a folder with this pack. */
    function documented(command: string): string[] {
        const readme = readFileSync(join(pack, "README.md"), "utf8");
        const [, options] = new RegExp(`^pulumi ${command} (.*)$`, "m").exec(readme) ?? [];
        return (options ?? "").split(" ");
    }

    function withHost(env: Record<string, string> = {}): Record<string, string> {
        return { PATH: `${join(project.folder, "bin")}:${process.env.PATH}`, ...env };
    }

    function settle(settings: object): void {
        writeFileSync(join(project.folder, "project", "policy-settings.json"), JSON.stringify(settings));
    }

    function preview(settings: object = {}): Promise<PulumiRun> {
        settle(settings);
        return project.run("dev", ["preview", ...documented("preview")], withHost(credentialsOf(emulator)));
    }

    /** Checks an exported state, without a stack, a program or credentials. */
    function analyze(state: string, settings: object = {}): { status: number | null; said: string } {
        settle(settings);
        writeFileSync(join(project.folder, "project", "prod.json"), state);
        const args = [
            "policy",
            "analyze",
            ...documented("policy analyze"),
            "--non-interactive",
            "--color",
            "never",
        ];
        const env = { HOME: project.folder, PULUMI_HOME: join(project.folder, "home"), ...withHost() };
        const cwd = join(project.folder, "project");
        const { status, stdout, stderr } = spawnSync("pulumi", args, { cwd, env, encoding: "utf8" });
        return { status, said: `${stdout}${stderr}` };
    }

    it("rejects the defaults (OrganizationAdmin, and keys that never rotate) before anything is created", async () => {
        project.configure("dev", config);
        const run = await preview();
        expect(run.code).not.toBe(0);
        expect(run.text).toContain("flink-OrganizationAdmin grants OrganizationAdmin");
        expect(run.text).toContain("flink-aws.us-east-2 never rotates");
        expect(emulator.state().serviceAccounts.filter(({ seeded }) => !seeded)).toEqual([]);
    }, 120_000);

    it("rejects a key that is only rotated by hand", async () => {
        project.configure("dev", { ...config, "confluent-flink:rotation": { trigger: "2026-11-23 leak" } });
        const run = await preview({ "no-organization-admin": "disabled" });
        expect(run.code).not.toBe(0);
        expect(run.text).toContain("flink-aws.us-east-2 only rotates by hand");
    }, 120_000);

    it("only warns if it is set to advisory", async () => {
        project.configure("dev", config);
        const run = await preview({ all: "advisory" });
        expect(run.code).toBe(0);
        expect(run.text).toContain("flink-OrganizationAdmin grants OrganizationAdmin");
    }, 120_000);

    it("allows narrow roles and rotation, rejects a key that is too old, and allows the run that rotates it", async () => {
        const narrow = {
            ...config,
            "confluent-flink:roles": ["FlinkDeveloper"],
            "confluent-flink:rotation": { every: "90d", overlap: "7d" },
        };
        project.configure("dev", narrow);
        expect(await preview()).toMatchObject({ code: 0 });
        await project.do("dev", "up");
        const late = await preview();
        expect(late.code).not.toBe(0);
        expect(late.text).toContain("is 200 days old, at most 100 are allowed");
        expect(await preview({ "flink-key-age": { maxAgeDays: 300 } })).toMatchObject({ code: 0 });
        const rotation = { every: "90d", overlap: "7d", trigger: "too old" };
        project.configure("dev", { ...narrow, "confluent-flink:rotation": rotation });
        expect(await preview()).toMatchObject({ code: 0 });

        const exported = await project.export("dev");
        const judged = analyze(exported);
        expect(judged.status).not.toBe(0);
        expect(judged.said).toContain("is 200 days old, at most 100 are allowed");
        expect(judged.said).not.toContain("superseded");
        expect(analyze(exported, { "flink-key-age": { maxAgeDays: 300 } })).toMatchObject({ status: 0 });
        const state = JSON.parse(exported);
        for (const { type, outputs } of state.deployment.resources) {
            const superseded = [{ apiKey: "OLDKEY", retireAt: "2026-01-01T00:00:00Z" }];
            if (String(type).endsWith(":FlinkApiKey")) outputs.superseded = superseded;
        }
        const unretired = analyze(JSON.stringify(state), { "flink-key-age": "disabled" });
        expect(unretired.status).not.toBe(0);
        expect(unretired.said).toContain("superseded key OLDKEY should have been deleted");
        await project.do("dev", "destroy");
    }, 180_000);
});
