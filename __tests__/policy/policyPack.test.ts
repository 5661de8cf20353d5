// The policy pack under a real engine, the emulator behind it. Skipped, with the reason, where the engine or its host
// for policy packs is missing. Not proven here: Pulumi Cloud, which enforces packs for a whole organization.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, PulumiProject, type PulumiRun } from "../engine/pulumiProject";

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
        // The keys that are made now were made 200 days ago.
        emulator = await startEmulator({ clock: { now: () => Date.now() - 200 * 86_400_000 } });
        project = new PulumiProject(emulator);
        await project.init("dev");
        // An installed Pulumi has this program beside it; a bare engine does not.
        mkdirSync(join(project.folder, "bin"));
        const program = join(project.folder, "bin", "pulumi-analyzer-policy");
        writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${host}" "$@"\n`);
        chmodSync(program, 0o755);
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.close();
    });

    function preview(settings: object = {}): Promise<PulumiRun> {
        const settingsFile = join(project.folder, "policy.json");
        writeFileSync(settingsFile, JSON.stringify(settings));
        const args = ["preview", "--policy-pack", pack, "--policy-pack-config", settingsFile];
        return project.run("dev", args, {
            PATH: `${join(project.folder, "bin")}:${process.env.PATH}`,
            CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
            CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
        });
    }

    it("refuses the defaults, OrganizationAdmin and keys for ever, before anything is made", async () => {
        project.configure("dev", config);
        const run = await preview();
        expect(run.code).not.toBe(0);
        expect(run.text).toContain("flink-OrganizationAdmin grants OrganizationAdmin");
        expect(run.text).toContain("flink-aws.us-east-2 is never exchanged for a new key");
        expect(emulator.state().serviceAccounts.filter(({ seeded }) => !seeded)).toEqual([]);
    }, 120_000);

    it("only tells, where it is set to advisory", async () => {
        project.configure("dev", config);
        const run = await preview({ all: "advisory" });
        expect(run.code).toBe(0);
        expect(run.text).toContain("flink-OrganizationAdmin grants OrganizationAdmin");
    }, 120_000);

    it("lets narrow roles and rotation pass, refuses a key that is too old, and lets the run pass that rotates it", async () => {
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
        await project.do("dev", "destroy");
    }, 180_000);
});
