// `rotate` with a scripted Pulumi CLI: which commands it runs, in which order, and what it does not change. Not proven here:
// that a real engine rotates keys then, and rotates none when the trigger is removed.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RotateOptions, runRotate } from "../../../cli/rotate/runRotate";
import type { PulumiRun } from "../../../cli/runPulumi";
import { stackExport } from "../../report/stackExport";
import { captureOutput } from "../capturedOutput";

const now = () => Date.parse("2026-11-25T03:00:00Z");
let root: string;
let runs: string[][];
/** The current key of aws.us-east-2, and its superseded keys. */
let current: string;
let superseded: { apiKey: string; retireAt: string }[];
/** Other changes in the preview. */
let otherSteps: object[];
let leftAfter: number;

beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "confluent-flink-rotate-test-"));
    mkdirSync(join(root, "stacks"));
    writeFileSync(
        join(root, "Pulumi.yaml"),
        "name: confluent-flink\nruntime: nodejs\nstackConfigDir: stacks\nconfig:\n  rotation: { type: object }\n",
    );
    writeFileSync(join(root, "stacks", "Pulumi.prod.yaml"), "config: {} # ours\n");
    [runs, current, superseded, otherSteps, leftAfter] = [[], "OLDKEY0123456789", [], [], 0];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const resource = (name: string, apiKey: string, old: typeof superseded) => ({
    resource: name,
    apiKey,
    scope: `env-abc123.${name.replace("flink-", "")}`,
    owner: "sa-111aaa",
    createdAt: "2026-08-01T00:00:00Z",
    description: "",
    superseded: old,
});

async function pulumi(args: readonly string[]): Promise<PulumiRun> {
    runs.push([...args]);
    const answer = (value: unknown): PulumiRun => ({
        exitCode: 0,
        stdout: JSON.stringify(value),
        stderr: "",
    });
    const config = args[args.indexOf("--config-file") + 1];
    switch (args[0]) {
        case "stack":
            return answer(
                stackExport("prod", [
                    resource("flink-aws.us-east-2", current, superseded),
                    resource("flink-gcp.us-east1", "OTHERKEY01234567", []),
                ]),
            );
        case "preview":
            return answer({
                steps: [
                    {
                        op: "update",
                        urn: "urn:pulumi:prod::confluent-flink::t::flink-aws.us-east-2",
                        oldState: { type: keyType, inputs: {} },
                        newState: { type: keyType, inputs: { rotationTrigger: "now" } },
                    },
                    ...otherSteps,
                ],
            });
        case "up":
            if (args.includes("--config-file")) {
                expect(readFileSync(config as string, "utf8")).toBe("config: {} # ours\n");
                if (current === "OLDKEY0123456789") {
                    superseded = [{ apiKey: current, retireAt: "2026-12-02T03:00:00Z" }];
                    current = "NEWKEY0123456789";
                } else if (--leftAfter < 0) superseded = [];
            }
            return answer({});
        default:
            return answer({});
    }
}
const keyType = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";

async function rotate(
    options: Partial<RotateOptions> = {},
    answer?: string,
): Promise<{ out: string; err: string; failure: { message: string; exitCode: number } | undefined }> {
    const output = captureOutput();
    try {
        const ask = answer === undefined ? undefined : async () => answer;
        const failure = await runRotate(
            { stack: "prod", reason: "by hand", cwd: root, ...options },
            pulumi,
            ask,
            now,
        )
            .then(() => undefined)
            .catch((error) => error);
        return { out: output.out, err: output.err, failure };
    } finally {
        output.release();
    }
}
const ran = (): string[] =>
    runs.map(([command, next]) => (command === "config" ? `config ${next}` : String(command)));

describe("runRotate", () => {
    it("sets the trigger in a copy, previews, deploys, and deploys the unchanged stack file", async () => {
        const { out } = await rotate({ yes: true, reason: "leaked in a log" });
        expect(ran()).toEqual(["stack", "config set", "preview", "up", "up", "stack"]);
        const [, set, preview, up, last] = runs as [string[], string[], string[], string[], string[]];
        expect(set.slice(-2)).toEqual([
            "confluent-flink:rotation.trigger",
            "2026-11-25T03:00:00.000Z leaked in a log",
        ]);
        const config = set[set.indexOf("--config-file") + 1] as string;
        for (const run of [preview, up])
            expect(run).toEqual(expect.arrayContaining(["--config-file", config]));
        expect(last).not.toContain("--config-file");
        expect(existsSync(config)).toBe(false);
        expect(readFileSync(join(root, "stacks", "Pulumi.prod.yaml"), "utf8")).toBe("config: {} # ours\n");
        expect(out).toContain(
            "aws.us-east-2: OLDKEY0123456789 → NEWKEY0123456789; OLDKEY0123456789 works until 2026-12-02T03:00:00Z",
        );
    });

    it("reports a key that was not rotated, and fails", async () => {
        const { failure, out } = await rotate({ yes: true });
        expect(out).toContain("gcp.us-east1: still OTHERKEY01234567");
        expect(failure).toMatchObject({
            exitCode: 1,
            message: "gcp.us-east1: not rotated; pulumi up shows why",
        });
    });

    it("rotates only one region, together with its parents, so that the outputs contain the new key", async () => {
        const { failure, out } = await rotate({ yes: true, region: ["aws.us-east-2"], json: true });
        expect(failure).toBeUndefined();
        for (const run of runs.filter(([command]) => command === "up" || command === "preview")) {
            const targets = run.filter((_, i) => run[i - 1] === "--target");
            expect(targets.some((urn) => urn.endsWith("::flink-aws.us-east-2"))).toBe(true);
            expect(targets.some((urn) => urn.endsWith("::flink-gcp.us-east1"))).toBe(false);
        }
        expect(JSON.parse(out)).toEqual([
            {
                region: "aws.us-east-2",
                from: "OLDKEY0123456789",
                to: "NEWKEY0123456789",
                oldEndsAt: "2026-12-02T03:00:00Z",
            },
        ]);
        expect((await rotate({ yes: true, region: ["aws.eu-west-9"] })).failure).toMatchObject({
            exitCode: 2,
        });
    });

    it("deploys until no old key is left, with --revoke-old", async () => {
        leftAfter = 1;
        const { failure, out, err } = await rotate({ yes: true, region: ["aws.us-east-2"], revokeOld: true });
        expect(failure).toBeUndefined();
        expect(runs.filter((run) => run.includes("confluent-flink:rotation.overlap"))[0]?.at(-1)).toBe("0s");
        expect(err).toContain("4. Run pulumi up, run 3: an old key remains");
        expect([...err.matchAll(/^(\d)\. /gm)].map(([, step]) => step)).toEqual([
            "1",
            "2",
            "3",
            "4",
            "4",
            "4",
            "5",
        ]);
        expect(out).toContain("OLDKEY0123456789 is deleted");
    });

    it("shows an old key that still exists after the last run", async () => {
        leftAfter = 99;
        const { failure } = await rotate({ yes: true, region: ["aws.us-east-2"], revokeOld: true });
        expect(failure?.message).toContain("OLDKEY0123456789: not deleted after 5 runs");
    });

    it("changes nothing without confirmation: no terminal and no --yes, or an answer other than yes", async () => {
        expect((await rotate()).failure).toMatchObject({ exitCode: 2 });
        expect(runs).toEqual([]);
        for (const answer of ["", "y", "no"]) {
            expect((await rotate({}, answer)).failure?.message).toBe("Nothing was changed: not confirmed.");
        }
        expect(ran()).not.toContain("up");
        await rotate({}, "yes");
        expect(ran()).toContain("up");
    });

    it("refuses other changes than the rotation with --yes", async () => {
        otherSteps = [{ op: "delete", urn: "urn:pulumi:prod::confluent-flink::t::flink-old" }];
        const { failure, err } = await rotate({ yes: true });
        expect(err).toContain("flink-old: delete: exists, but is not declared in the program");
        expect(failure?.message).toContain("1 of these changes is not a rotation");
        expect(ran()).not.toContain("up");
    });

    it("shows what to write in a program of your own, whose config it does not know", async () => {
        writeFileSync(join(root, "Pulumi.yaml"), "name: my-app\nruntime: nodejs\n");
        const { failure } = await rotate({ yes: true });
        expect(failure).toMatchObject({ exitCode: 2 });
        expect(failure?.message).toContain('set rotation: { trigger: "');
        expect(runs).toEqual([]);
    });
});
