// Cases of docs/runbook.md with a real engine, with the command lines of the document: keys that are due, moving to another
// organization, several organizations. Not proven here: what the report says of each kind of key (`__tests__/report`), and the commands
// on a stack of the plugin (`pluginCommands.test.ts`), whose own settings this project's stack files cannot have: they share a name.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { credentialsOf } from "../../demo/engineHome";
import { type Emulator, startEmulator } from "../../emulator";
import { type CommandResult, runCommand } from "../report/runCommand";
import { describeDynamic, liveKeys, PulumiProject } from "./pulumiProject";

const runbook = readFileSync(join(__dirname, "../../docs/runbook.md"), "utf8");
const [here, there] = ["1111aaaa-11aa-11aa-11aa-111111aaaaaa", "2222bbbb-22bb-22bb-22bb-222222bbbbbb"];

/** The command lines for this package's command in a section of the runbook. */
function commandsOf(section: string): string[][] {
    const [, text = ""] = runbook.split(`\n## ${section}\n`);
    return [...(text.split("\n## ")[0] ?? "").matchAll(/^npx pulumi-confluent-flink (.*)$/gm)].map(
        ([, line = ""]) => line.split(" "),
    );
}

describeDynamic("the runbook", () => {
    let old: Emulator;
    let other: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        old = await startEmulator({ organizationId: here });
        other = await startEmulator({ organizationId: there, seed: 7 });
        project = new PulumiProject(old);
        await project.init("prod");
        project.configure("prod", {
            "confluent-flink:environmentId": "env-abc123",
            "confluent-flink:regions": ["aws.us-east-2"],
            "confluent-flink:roles": ["FlinkDeveloper"],
            "confluent-flink:rotation": { every: "90d" },
        });
        await project.do("prod", "up");
    }, 120_000);
    afterAll(async () => {
        project.remove();
        await Promise.all([old?.close(), other?.close()]);
    });

    const flink = (emulator: Emulator, ...args: string[]): Promise<CommandResult> =>
        runCommand(
            { ...project.env(credentialsOf(emulator)), CONFLUENT_CLOUD_ENDPOINT: emulator.url },
            ...args,
            ...["--cwd", join(project.folder, "project")],
        );

    it("finds the keys that are due within a time, and fails on them", async () => {
        const [list = [], fail = []] = commandsOf("Which keys are due this month");
        const within = (args: string[], time: string): string[] =>
            args.map((arg) => arg.replace(/\b30d$/, time));
        const due = await flink(old, ...within(list, "90d"));
        expect(due).toMatchObject({
            exitCode: 0,
            out: expect.stringContaining("only --due-within 90d, of 1 key"),
        });
        expect(due.out).toContain(" rotates in ");
        expect((await flink(old, ...within(list, "1s"))).out).toContain("None of the keys matches.");
        expect((await flink(old, ...within(fail, "90d"))).exitCode).toBe(3);
        expect((await flink(old, ...within(fail, "1s"))).exitCode).toBe(0);
    }, 120_000);

    it("moves to another organization beside the old one, and reports on each", async () => {
        const [create = []] = commandsOf("Moving to another organization");
        expect((await flink(old, ...create)).exitCode).toBe(0);
        const file = join(project.folder, "project/stacks/Pulumi.prod-new.yaml");
        writeFileSync(file, readFileSync(file, "utf8").replace(old.url, other.url));
        await project.init("prod-new");
        const up = await project.run("prod-new", ["up", "--yes"], credentialsOf(other));
        expect([up.code, Object.keys(liveKeys(other))]).toEqual([0, ["aws.us-east-2"]]);

        const [report = []] = commandsOf("Several organizations");
        const both = await flink(other, "report");
        expect(both.exitCode).toBe(4);
        expect(both.out).toMatch(/^incomplete: confluent-flink\/prod belongs to another organization/);
        const only = await flink(other, ...report.map((arg) => (arg === here ? there : arg)));
        expect(only).toMatchObject({
            exitCode: 0,
            out: expect.stringContaining("prod-new flink-aws.us-east-2"),
        });
        expect((await flink(old, ...report)).exitCode).toBe(0);
        expect((await flink(old, "report", "--stack", "prod")).exitCode).toBe(0);

        await project.do("prod", "destroy");
        expect(liveKeys(old)).toEqual({});
        expect(Object.keys(liveKeys(other))).toEqual(["aws.us-east-2"]);
    }, 240_000);
});
