// `rotate` with a real engine: a rotation is one rotation, also of a stack whose file has a trigger of its own. Not proven here: what
// it says (`__tests__/cli/rotate`).

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runDrift } from "../../cli/drift/runDrift";
import { runRotate } from "../../cli/rotate/runRotate";
import type { RunPulumi } from "../../cli/runPulumi";
import { type Emulator, startEmulator } from "../../emulator";
import { captureOutput } from "../cli/capturedOutput";
import { describeWithEngine, PulumiProject } from "./pulumiProject";

describeWithEngine("rotate", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        emulator = await startEmulator({ keyPropagation: { minMs: 0, maxMs: 0 } });
        project = new PulumiProject(emulator);
        await project.init("rot");
        project.configure("rot", {
            "confluent-flink:environmentId": "env-abc123",
            "confluent-flink:regions": ["aws.us-east-2"],
            "confluent-flink:roles": ["FlinkDeveloper"],
            "confluent-flink:rotation": { every: "90d", trigger: "2026-11-23 leak" },
        });
        await project.do("rot", "up");
    }, 120_000);
    afterAll(async () => {
        project.remove();
        await emulator.close();
    });

    const run: RunPulumi = async (args) => {
        const { code, stdout, text } = await project.run("rot", args);
        return { exitCode: code, stdout, stderr: text };
    };
    const posts = (): number => count("POST");
    const count = (method: string): number =>
        emulator.journal
            .entries()
            .filter((one) => one.method === method && one.path.startsWith("/iam/v2/api-keys")).length;
    const live = (): string[] =>
        emulator
            .state()
            .apiKeys.filter(({ kind }) => kind === "flink")
            .map(({ id }) => id);
    const current = (): string => String(project.stored("rot", "FlinkApiKey")[0]?.outputs?.apiKey);

    async function rotate(revokeOld: boolean): Promise<{ err: string; out: string }> {
        const output = captureOutput();
        try {
            const cwd = join(project.folder, "project");
            await runRotate({ stack: "rot", reason: "by hand", cwd, yes: true, revokeOld }, run, undefined);
            return { err: output.err, out: output.out };
        } finally {
            output.release();
        }
    }

    async function drift(...args: string[]): Promise<unknown> {
        const file = join(project.folder, "preview.json");
        writeFileSync(file, (await project.run("rot", ["preview", "--json", ...args])).stdout);
        const output = captureOutput();
        try {
            return await runDrift({ preview: file, cwd: "." }).catch((error: unknown) => error);
        } finally {
            output.release();
        }
    }

    it("creates one key and keeps the old one for its overlap, although the file has a trigger", async () => {
        const first = current();
        emulator.journal.clear();
        await rotate(false);
        expect(posts()).toBe(1);
        expect(count("DELETE")).toBe(0);
        expect(live().sort()).toEqual([first, current()].sort());
        const preview = await project.run("rot", ["preview", "--expect-no-changes"]);
        expect(preview.text).not.toContain("to update");
        expect(preview.code).toBe(0);
    }, 180_000);

    it("creates one key and deletes the current and the superseded one with --revoke-old", async () => {
        const before = live();
        emulator.journal.clear();
        const { err, out } = await rotate(true);
        expect(posts()).toBe(1);
        expect(live()).toEqual([current()]);
        for (const id of before) {
            expect(err).toMatch(new RegExp(`This deletes .*${id}`));
            expect(out).toContain(`  ${id}  deleted\n`);
        }
        expect((await project.run("rot", ["preview", "--expect-no-changes"])).code).toBe(0);
    }, 180_000);

    it("drift accepts a preview with a refresh, and no other", async () => {
        expect(await drift()).toMatchObject({ exitCode: 2 });
        expect(await drift("--refresh")).toBeUndefined();
    }, 180_000);
});
