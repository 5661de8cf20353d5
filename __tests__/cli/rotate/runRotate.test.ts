// `rotate` with a scripted Pulumi CLI: which commands it runs, in which order, what it says and what it does not change. Not proven
// here: what a real engine does then (`__tests__/engine/rotateCommand`).
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RotateOptions, runRotate } from "../../../cli/rotate/runRotate";
import type { PulumiRun, RunPulumi } from "../../../cli/runPulumi";
import { releasedText } from "../../../provider/ownership";
import { stackExport } from "../../report/stackExport";
import { captureOutput } from "../capturedOutput";

const now = () => Date.parse("2026-11-25T03:00:00Z");
const keyType = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";
const [oldKey, newKey, otherKey] = ["OLDKEY0123456789", "NEWKEY0123456789", "OTHERKEY01234567"];
const inAWeek = "2026-12-02T03:00:00Z";
const ended = "2026-11-25T02:00:00Z";

interface Keys {
    readonly apiKey: string;
    readonly superseded?: readonly { apiKey: string; retireAt: string }[];
    readonly status?: string;
}

let root: string;
let runs: string[][];
/** The keys of aws.us-east-2 before the rotation and after each `pulumi up`; the last one stays. */
let states: Keys[];
/** Those of gcp.us-east1. */
let others: Keys[];
/** Those of the Global key, if the stack has one. */
let globals: Keys[];
/** Other changes in the preview. */
let otherSteps: object[];
/** `rotation.trigger` of the stack file. */
let fileTrigger: string | undefined;
/** The overlap in the preview's inputs. */
let overlap: string;
let failedUp: Partial<PulumiRun> | undefined;
/** A line under Diagnostics. */
let diagnostic: string | undefined;
let previewError: string | undefined;

beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "confluent-flink-rotate-test-"));
    mkdirSync(join(root, "stacks"));
    writeFileSync(
        join(root, "Pulumi.yaml"),
        "name: confluent-flink\nruntime: nodejs\nstackConfigDir: stacks\nconfig:\n  rotation: { type: object }\n",
    );
    writeFileSync(join(root, "stacks", "Pulumi.prod.yaml"), "config: {} # ours\n");
    states = [{ apiKey: oldKey }, { apiKey: newKey, superseded: [{ apiKey: oldKey, retireAt: inAWeek }] }];
    others = [{ apiKey: otherKey }, { apiKey: "OTHERKEY76543210" }];
    [runs, globals, otherSteps, fileTrigger, overlap, failedUp] = [[], [], [], undefined, "7d", undefined];
    [diagnostic, previewError] = [undefined, undefined];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const resource = (name: string, keys: Keys) => ({
    resource: name,
    scope: `env-abc123.${name.replace("flink-", "")}`,
    owner: "sa-111aaa",
    createdAt: "2026-08-01T00:00:00Z",
    description: "",
    ...keys,
});

const answer = (value: unknown): PulumiRun => ({ exitCode: 0, stdout: JSON.stringify(value), stderr: "" });

const pulumi: RunPulumi = async (args, _folder, _variables, onLine) => {
    runs.push([...args]);
    const config = args[args.indexOf("--config-file") + 1];
    const ups = runs.filter(([command]) => command === "up").length;
    switch (args[0]) {
        case "config":
            if (args[1] === "set") return answer({});
            return fileTrigger === undefined
                ? {
                      exitCode: 255,
                      stdout: "",
                      stderr: "error: configuration key 'x' not found for stack 'prod'",
                  }
                : { exitCode: 0, stdout: `${fileTrigger}\n`, stderr: "" };
        case "stack":
            return answer(
                stackExport("prod", [
                    resource("flink-aws.us-east-2", states[Math.min(ups, states.length - 1)] as Keys),
                    resource("flink-gcp.us-east1", others[Math.min(ups, others.length - 1)] as Keys),
                    ...globals.slice(ups, ups + 1).map((keys) => ({
                        ...resource("flink-global", keys),
                        scope: "global",
                        environmentId: "env-abc123",
                        restEndpoints: { "aws.us-east-2": "", "gcp.us-east1": "" },
                    })),
                ]),
            );
        case "preview":
            if (previewError !== undefined) {
                const diagnostics = [{ severity: "error", message: previewError }];
                return { exitCode: 1, stdout: JSON.stringify({ steps: [], diagnostics }), stderr: "" };
            }
            return answer({
                steps: [
                    {
                        op: "update",
                        urn: "urn:pulumi:prod::confluent-flink::t::flink-aws.us-east-2",
                        oldState: { type: keyType, inputs: { overlap } },
                        newState: { type: keyType, inputs: { rotationTrigger: "now", overlap } },
                    },
                    ...otherSteps,
                ],
            });
        default:
            if (args.includes("--config-file"))
                expect(readFileSync(config as string, "utf8")).toBe("config: {} # ours\n");
            onLine?.("Updating (prod):");
            onLine?.("@ updating....");
            onLine?.(` ~  ${keyType} flink-aws.us-east-2 updating (0s) [diff: ~rotationTrigger]`);
            onLine?.("    pulumi:pulumi:Stack confluent-flink-prod running Flink API key X: waiting 2.1 s");
            onLine?.("Diagnostics:");
            onLine?.(`  ${keyType} (flink-aws.us-east-2):`);
            if (diagnostic !== undefined) onLine?.(diagnostic);
            return { ...answer({}), ...failedUp };
    }
};

async function rotate(
    options: Partial<RotateOptions> = {},
    typed?: string,
): Promise<{
    out: string;
    err: string;
    asked: string;
    failure: { message: string; exitCode: number } | undefined;
}> {
    const output = captureOutput();
    let asked = "";
    const prompt = async (question: string): Promise<string> => {
        asked += question;
        return typed as string;
    };
    try {
        const failure = await runRotate(
            { stack: "prod", reason: "by hand", cwd: root, ...options },
            pulumi,
            typed === undefined ? undefined : prompt,
            now,
        )
            .then(() => undefined)
            .catch((error) => error);
        return { out: output.out, err: output.err, asked, failure };
    } finally {
        output.release();
    }
}
const ran = (): string[] =>
    runs.map(([command, next]) => (command === "config" ? `config ${next}` : String(command)));
const triggerSet = (): string | undefined =>
    runs.find((run) => run[1] === "set" && run.includes("confluent-flink:rotation.trigger"))?.at(-1);

const region = ["aws.us-east-2"];

describe("runRotate", () => {
    it("sets the trigger in a copy, previews, deploys, and deploys the unchanged stack file", async () => {
        const { out, err, failure } = await rotate({ yes: true, reason: "leaked in a log" });
        expect(failure).toBeUndefined();
        expect(ran()).toEqual(["stack", "config get", "config set", "preview", "up", "stack", "up", "stack"]);
        expect(triggerSet()).toBe("2026-11-25T03:00:00.000Z leaked in a log");
        const deployments = runs.filter(([command]) => command === "preview" || command === "up");
        const config = runs[2]?.[runs[2].indexOf("--config-file") + 1] as string;
        expect(deployments.map((run) => run.includes(config))).toEqual([true, true, false]);
        expect(existsSync(config)).toBe(false);
        expect(readFileSync(join(root, "stacks", "Pulumi.prod.yaml"), "utf8")).toBe("config: {} # ours\n");
        expect(out.split("\n").slice(0, 3)).toEqual([
            `aws.us-east-2: ${oldKey} → ${newKey}`,
            `  ${newKey}  current, new, ready`,
            `  ${oldKey}  superseded, works until ${inAWeek}, then the next pulumi up deletes it`,
        ]);
        expect([...err.matchAll(/^(\d)\. /gm)].map(([, step]) => step).join("")).toBe("12345");
    });

    it("adds its text to the file's own trigger, so that the file's is no new text afterwards", async () => {
        fileTrigger = "2026-11-23 leak";
        await rotate({ yes: true });
        expect(triggerSet()).toBe("2026-11-23 leak + 2026-11-25T03:00:00.000Z by hand");
    });

    it("shows Pulumi's progress while it waits, without resource types and diagnostics", async () => {
        const { err } = await rotate({ yes: true });
        expect(err).toContain(
            "4. Run pulumi up\n   ~ flink-aws.us-east-2 updating (0s)\n   Flink API key X: waiting 2.1 s\n5. ",
        );
    });

    it("names every key that was made, superseded or deleted, also one that came and went in between", async () => {
        const middle = "MIDDLEKEY0123456";
        states = [
            { apiKey: oldKey, superseded: [{ apiKey: "OLDESTKEY0123456", retireAt: ended }] },
            { apiKey: middle, superseded: [{ apiKey: oldKey, retireAt: inAWeek }] },
            { apiKey: newKey, superseded: [{ apiKey: oldKey, retireAt: inAWeek }] },
        ];
        const { out } = await rotate({ yes: true, region });
        expect(out).toBe(
            [
                `aws.us-east-2: ${oldKey} → ${newKey}`,
                `  ${newKey}  current, new, ready`,
                `  ${oldKey}  superseded, works until ${inAWeek}, then the next pulumi up deletes it`,
                "  OLDESTKEY0123456  deleted",
                `  ${middle}  deleted, made by this command`,
                "",
            ].join("\n"),
        );
    });

    it("says that the new key is unverified", async () => {
        states[1] = { ...(states[1] as Keys), status: "unverified" };
        const { out, failure } = await rotate({ yes: true, region });
        expect(failure).toBeUndefined();
        expect(out).toContain(`${newKey}  current, new, unverified: its region could not be asked from here`);
    });

    it("reports a key that was not rotated, and fails", async () => {
        others = [{ apiKey: otherKey }];
        const { failure, out } = await rotate({ yes: true });
        expect(out).toContain(`gcp.us-east1: still ${otherKey}`);
        expect(failure).toMatchObject({
            exitCode: 1,
            message: "gcp.us-east1: not rotated; pulumi up shows why",
        });
    });

    it("shows what a failed run did, and only the diagnostics' errors of its output", async () => {
        others = [{ apiKey: otherKey }];
        const error = "Flink API key K was not usable after 4.0 s: the region answered 401";
        failedUp = {
            exitCode: 255,
            stdout: [
                "Updating (prod):",
                ` ~  ${keyType} flink-gcp.us-east1 **updating failed** [diff: ~x]; error: ${error}`,
                "Diagnostics:",
                `  ${keyType} (flink-gcp.us-east1):`,
                `    error: ${error}`,
                "    with a second line",
                "",
                "  pulumi:pulumi:Stack (confluent-flink-prod):",
                "    error: update failed",
                "",
                "Resources:",
                "    ~ 1 updated",
            ].join("\n"),
        };
        const { failure, out } = await rotate({ yes: true });
        expect(failure?.message).toBe(`pulumi up: ${error} with a second line`);
        expect(out).toContain(`aws.us-east-2: ${oldKey} → ${newKey}\n`);
        expect(out).toContain(`gcp.us-east1: still ${otherKey}\n`);
    });

    it("rotates only one region, together with its parents, so that the outputs contain the new key", async () => {
        const { failure, out } = await rotate({ yes: true, region, json: true });
        expect(failure).toBeUndefined();
        for (const run of runs.filter(([command]) => command === "up" || command === "preview")) {
            const targets = run.filter((_, i) => run[i - 1] === "--target");
            expect(targets.some((urn) => urn.endsWith("::flink-aws.us-east-2"))).toBe(true);
            expect(targets.some((urn) => urn.endsWith("::flink-gcp.us-east1"))).toBe(false);
        }
        expect(JSON.parse(out)).toEqual([
            {
                region: "aws.us-east-2",
                from: oldKey,
                to: newKey,
                keys: [
                    { apiKey: newKey, place: "current", isNew: true, status: "ready", endsAt: null },
                    { apiKey: oldKey, place: "superseded", isNew: false, status: null, endsAt: inAWeek },
                ],
            },
        ]);
        expect((await rotate({ yes: true, region: ["aws.eu-west-9"] })).failure).toMatchObject({
            exitCode: 2,
        });
    });

    it("rotates a Global key under the name global", async () => {
        const to = "NEWGLOBAL0123456";
        globals = [{ apiKey: "OLDGLOBAL0123456" }, { apiKey: to }, { apiKey: to }];
        const { failure, out } = await rotate({ yes: true, region: ["global"], json: true });
        expect(failure).toBeUndefined();
        const targets = runs.filter(([command]) => command === "up").flat();
        expect(targets.some((urn) => urn.endsWith("::flink-global"))).toBe(true);
        expect(targets.some((urn) => urn.endsWith("::flink-aws.us-east-2"))).toBe(false);
        expect(JSON.parse(out)).toMatchObject([{ region: "global", from: "OLDGLOBAL0123456", to }]);
    });

    it("names the keys that go before it asks, whichever setting takes the overlap away", async () => {
        const older = { apiKey: "OLDERKEY01234567", retireAt: inAWeek };
        states = [{ apiKey: oldKey, superseded: [older] }, { apiKey: newKey }];
        overlap = "0s";
        const { asked } = await rotate({ region }, "yes");
        expect(asked).toBe(
            `3. This deletes ${oldKey}, OLDERKEY01234567. Workloads with one of these keys get 401 from then on, until they read the new one. Type yes to continue: `,
        );
        overlap = "7d";
        runs = [];
        expect((await rotate({ region }, "yes")).asked).toBe("3. Type yes to continue: ");
        runs = [];
        expect((await rotate({ region, revokeOld: true }, "yes")).asked).toContain(`This deletes ${oldKey}`);
        runs = [];
        states = [{ apiKey: oldKey, superseded: [{ ...older, retireAt: ended }] }, { apiKey: newKey }];
        expect((await rotate({ region }, "yes")).asked).toContain("3. This deletes OLDERKEY01234567. ");
    });

    it("deploys until no old key is left, with --revoke-old", async () => {
        const left = [
            { apiKey: oldKey, retireAt: ended },
            { apiKey: "OLDERKEY01234567", retireAt: ended },
        ];
        states = [
            { apiKey: oldKey, superseded: left.slice(1) },
            { apiKey: newKey, superseded: left.slice(1) },
            { apiKey: newKey, superseded: [] },
        ];
        const { failure, out, err } = await rotate({ yes: true, region, revokeOld: true });
        expect(failure).toBeUndefined();
        expect(runs.find((run) => run.includes("confluent-flink:rotation.overlap"))?.at(-1)).toBe("0s");
        expect(err).toContain("4. Run pulumi up again (2): OLDERKEY01234567 is still there\n");
        expect([...err.matchAll(/^(\d)\. /gm)].map(([, step]) => step).join("")).toBe("123445");
        expect(out).toContain(`  ${oldKey}  deleted\n  OLDERKEY01234567  deleted\n`);
    });

    it("says why the preview failed, which Pulumi writes into its JSON", async () => {
        previewError = "index.ts is newer than its build: run npm run build";
        const { failure } = await rotate({ yes: true });
        expect(failure?.message).toMatch(/^pulumi preview .*: index\.ts is newer than its build/);
        expect(runs.some(([command]) => command === "up")).toBe(false);
    });

    it("says released, and not deleted, of a key that another resource manages now", async () => {
        states = [{ apiKey: oldKey }, { apiKey: newKey }];
        diagnostic = `    warning: Flink API key ${oldKey} (env-abc123.aws.us-east-2) ${releasedText}, as its description says ("Pulumi"), so it was not deleted.`;
        const { out, failure } = await rotate({ yes: true, revokeOld: true, region: ["aws.us-east-2"] });
        expect(out).toContain(`  ${oldKey}  released, still works: another resource manages it now\n`);
        expect(failure).toMatchObject({
            exitCode: 1,
            message: expect.stringContaining(
                `${oldKey}: not deleted, and still valid. Another resource manages ${oldKey} now`,
            ),
        });
    });

    it("fails and names every old key that is left, also one that was superseded before", async () => {
        const older = { apiKey: "OLDERKEY01234567", retireAt: inAWeek };
        states = [
            { apiKey: oldKey, superseded: [older] },
            { apiKey: newKey, superseded: [older] },
        ];
        const { failure, err } = await rotate({ yes: true, region, revokeOld: true });
        expect(failure).toMatchObject({
            exitCode: 1,
            message: expect.stringMatching(/^OLDERKEY01234567: not deleted, and still valid\./),
        });
        // One run without progress is enough to see that another one changes nothing.
        expect([...err.matchAll(/^(\d)\. /gm)].map(([, step]) => step).join("")).toBe("123445");
    });

    it("says that an old key is kept because the new one is unverified", async () => {
        states[1] = { ...(states[1] as Keys), status: "unverified" };
        const { failure } = await rotate({ yes: true, region, revokeOld: true });
        expect(failure?.message).toContain(
            `${oldKey}: not deleted, and still valid. ${newKey} is unverified: an old key is kept`,
        );
    });

    it("fails if a key is left whose overlap has ended", async () => {
        const older = { apiKey: "OLDERKEY01234567", retireAt: ended };
        states = [
            { apiKey: oldKey, superseded: [older] },
            { apiKey: newKey, superseded: [older] },
        ];
        const { failure, out } = await rotate({ yes: true, region });
        expect(failure?.message).toContain("OLDERKEY01234567: not deleted");
        expect(out).toContain("OLDERKEY01234567  superseded, still works although its overlap has ended");
    });

    it("changes nothing without confirmation: no terminal and no --yes, or an answer other than yes", async () => {
        expect((await rotate()).failure).toMatchObject({ exitCode: 2 });
        expect(runs).toEqual([]);
        for (const typed of ["", "y", "no"]) {
            expect((await rotate({}, typed)).failure?.message).toBe("Nothing was changed: not confirmed.");
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

    it("gives the copy a mode of its own, so that it works in a read-only checkout", async () => {
        const file = join(root, "stacks", "Pulumi.prod.yaml");
        chmodSync(file, 0o444);
        let mode: number | undefined;
        const output = captureOutput();
        try {
            await runRotate({ stack: "prod", reason: "x", cwd: root, yes: true, region }, async (...run) => {
                const [args] = run;
                if (args[1] === "set")
                    mode = statSync(args[args.indexOf("--config-file") + 1] as string).mode & 0o777;
                return pulumi(...run);
            });
        } finally {
            output.release();
        }
        expect(mode).toBe(0o600);
    });

    it("needs the stack file, and says which one is not there before it does anything", async () => {
        rmSync(join(root, "stacks", "Pulumi.prod.yaml"));
        const { failure } = await rotate({ yes: true });
        expect(failure).toMatchObject({
            exitCode: 2,
            message: expect.stringContaining("stacks/Pulumi.prod.yaml is not there"),
        });
        expect(runs).toEqual([]);
    });

    it("shows what to write in a program of your own, whose config it does not know", async () => {
        writeFileSync(join(root, "Pulumi.yaml"), "name: my-app\nruntime: nodejs\n");
        const { failure } = await rotate({ yes: true });
        expect(failure).toMatchObject({ exitCode: 2 });
        expect(failure?.message).toContain('set rotation: { trigger: "');
        expect(runs).toEqual([]);
    });
});
