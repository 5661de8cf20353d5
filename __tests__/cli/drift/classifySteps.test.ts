// How the steps of a preview are classified. Not proven here: that a real engine writes such steps (see `__tests__/deploy`).
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classifySteps, type PreviewStep } from "../../../cli/drift/classifySteps";
import { runDrift } from "../../../cli/drift/runDrift";

const nowMs = Date.parse("2026-11-23T00:00:00Z");
const type = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";
const inputs = { displayName: "k", rotationTrigger: "2026-08-01", overlap: "7d", __provider: "old" };

function step(
    op: string,
    before: object | undefined,
    after: object | undefined,
    outputs: object = {},
): PreviewStep {
    return {
        op,
        urn: `urn:pulumi:prod::confluent-flink::${type}::flink-aws.us-east-2`,
        ...(before && { oldState: { type, inputs: { ...inputs, ...before }, outputs: { ...outputs } } }),
        ...(after && { newState: { type, inputs: { ...inputs, ...after } } }),
    };
}

/** The same step of a key of the plugin. */
function inPlugin(of: PreviewStep): PreviewStep {
    return JSON.parse(JSON.stringify(of).replaceAll(type, "confluent-flink:index:FlinkApiKey"));
}

const superseded = (retireAt: string): object => ({
    status: "ready",
    superseded: [{ apiKey: "AKOLD", retireAt }],
});

describe("classifySteps", () => {
    it.each<[what: string, step: PreviewStep, expected: string | undefined]>([
        ["nothing of what stays the same", step("same", {}, {}), undefined],
        ["nothing of the refresh itself", step("refresh", { displayName: "x" }, {}), undefined],
        [
            "a rotation by its trigger",
            step("update", {}, { rotationTrigger: "2026-10-30" }),
            'rotation rotationTrigger: "2026-08-01" → "2026-10-30"',
        ],
        [
            "a rotation of a key of the plugin",
            inPlugin(step("update", {}, { rotationTrigger: "2026-10-30" })),
            'rotation rotationTrigger: "2026-08-01" → "2026-10-30"',
        ],
        [
            "a rotation that is only now switched on",
            step("update", { rotationTrigger: undefined, overlap: undefined }, {}),
            'rotation rotationTrigger: none → "2026-08-01"',
        ],
        [
            "a superseded key that ran out",
            step("update", {}, { __provider: "new" }, superseded("2026-11-22T23:59:59Z")),
            "rotation the overlap of superseded key AKOLD has ended",
        ],
        [
            "a trigger that is taken away, which rotates nothing, as a change that is not deployed",
            step("update", {}, { rotationTrigger: undefined }),
            'drift rotationTrigger: "2026-08-01" → none',
        ],
        [
            "a rename beside a rotation as drift",
            step("update", { displayName: "hey" }, { rotationTrigger: "2026-10-30" }),
            'drift displayName: "hey" → "k"',
        ],
        [
            "a changed overlap as drift: time did not do that",
            step("update", {}, { overlap: "1d" }),
            'drift overlap: "7d" → "1d"',
        ],
        [
            "a key that was deleted",
            step("create", undefined, {}),
            "drift declared in the program, but does not exist",
        ],
        [
            "a key that is no longer declared",
            step("delete", {}, undefined),
            "drift exists, but is not declared in the program",
        ],
        [
            "a key that is gone while its predecessor lives",
            step("update", {}, {}, { status: "gone", superseded: [] }),
            "drift the key is gone",
        ],
        [
            "a superseded key whose time has not come, with another reason to update",
            step("update", {}, {}, { ...superseded("2026-11-24T00:00:00Z"), status: "unverified" }),
            "unfinished the key is unverified: the next pulumi up asks its region again",
        ],
        [
            "a key that the last run did not finish, which is no drift",
            step("update", {}, {}, { status: "pending", superseded: [] }),
            "unfinished the key is pending: the last pulumi up did not finish, the next one continues",
        ],
        [
            "nothing of a text that a command added to the trigger for one run",
            step("update", { rotationTrigger: "2026-08-01 + leak" }, {}, { status: "ready" }),
            undefined,
        ],
        [
            "nothing of such a text in a file without a trigger",
            step("update", { rotationTrigger: "leak" }, { rotationTrigger: undefined }, { status: "ready" }),
            undefined,
        ],
        [
            "a superseded key that ran out, beside such a text",
            step("update", { rotationTrigger: "2026-08-01 + leak" }, {}, superseded("2026-11-22T23:59:59Z")),
            "rotation the overlap of superseded key AKOLD has ended",
        ],
        [
            "another text",
            step("update", { rotationTrigger: "one" }, { rotationTrigger: "two" }),
            'rotation rotationTrigger: "one" → "two"',
        ],
        [
            "what somebody changed on an account, and a role binding that is gone, by their values",
            {
                op: "update",
                urn: "urn:pulumi:prod::confluent-flink::confluentcloud:index/serviceAccount:ServiceAccount::flink-account",
                oldState: { type: "x", inputs: { description: "by hand", displayName: "a" } },
                newState: { type: "x", inputs: { description: "by Pulumi", displayName: "a" } },
                detailedDiff: { description: { kind: "update" } },
            },
            'drift description: "by hand" → "by Pulumi"',
        ],
        [
            "a secret by its name alone",
            {
                op: "update",
                urn: "urn:pulumi:prod::x::y::z",
                oldState: {
                    inputs: { token: { "4dabf18193072939515e22adb298388d": "s", ciphertext: "AAA" } },
                },
                newState: {
                    inputs: { token: { "4dabf18193072939515e22adb298388d": "s", ciphertext: "BBB" } },
                },
            },
            "drift token: [secret] → [secret]",
        ],
        ["another owner", step("replace", {}, {}), "drift differs"],
    ])("classifies %s", (_what, one, expected) => {
        expect(classifySteps([one], nowMs).map(({ kind, reason }) => `${kind} ${reason}`)).toEqual(
            expected === undefined ? [] : [expected],
        );
    });

    it("does not report a new token of the official provider as drift", () => {
        const urn = "urn:pulumi:prod::confluent-flink::pulumi:providers:confluentcloud::default";
        expect(classifySteps([{ op: "update", urn }], nowMs)).toEqual([]);
    });
});

describe("runDrift", () => {
    const rotation = step("update", {}, { rotationTrigger: "2026-10-30" });
    const drift = step("create", undefined, {});
    const unfinished = step("update", {}, {}, { status: "pending" });

    async function run(
        steps: PreviewStep[],
        answer: object = {},
    ): Promise<{ out: string; failure: unknown }> {
        let out = "";
        const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
            out += String(text);
            return true;
        });
        try {
            const failure = await runDrift({ stack: "prod", json: true, cwd: "." }, async (args) => {
                expect(args).toEqual(["preview", "--stack", "prod", "--refresh", "--json"]);
                return { exitCode: 0, stdout: JSON.stringify({ steps }), stderr: "", ...answer };
            }).catch((error: unknown) => error);
            return { out, failure };
        } finally {
            write.mockRestore();
        }
    }

    it.each<[string, PreviewStep[], object | undefined]>([
        ["none", [], undefined],
        ["rotation-due", [rotation], { exitCode: 5, message: "1 rotation due: run pulumi up" }],
        ["drift", [drift], { exitCode: 6, message: "1 resource drifted" }],
        ["drift", [drift, rotation], { exitCode: 6, message: "1 resource drifted, and 1 rotation due" }],
        ["rotation-due", [unfinished], { exitCode: 5, message: "1 key not finished: run pulumi up" }],
    ])("ends with label %s and its exit code", async (label, steps, expected) => {
        const { out, failure } = await run(steps);
        expect(JSON.parse(out).label).toBe(label);
        if (expected === undefined) expect(failure).toBeUndefined();
        else expect(failure).toMatchObject(expected);
    });

    it("ends with exit code 1 if the preview failed, and shows why", async () => {
        const stdout = JSON.stringify({
            diagnostics: [{ severity: "error", message: "confluent-flink:regions: got []\n" }],
        });
        const { failure } = await run([], { exitCode: 255, stdout });
        expect(failure).toMatchObject({
            exitCode: 1,
            message: expect.stringContaining("confluent-flink:regions: got []"),
        });
    });

    async function readFile(preview: object): Promise<unknown> {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-drift-"));
        const file = join(folder, "preview.json");
        writeFileSync(file, JSON.stringify(preview));
        const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
        try {
            return await runDrift({ preview: file, cwd: "." }).catch((error: unknown) => error);
        } finally {
            write.mockRestore();
            rmSync(folder, { recursive: true });
        }
    }

    it("refuses a preview without a refresh, which cannot show drift", async () => {
        for (const steps of [[step("same", {}, {})], [rotation], []]) {
            expect(await readFile({ steps })).toMatchObject({
                exitCode: 2,
                message: expect.stringContaining("has no refresh steps"),
            });
        }
        expect(await readFile({ steps: [step("refresh", {}, {}), step("same", {}, {})] })).toBeUndefined();
        // A stack without resources has nothing to refresh.
        expect(await readFile({ steps: [drift] })).toMatchObject({ exitCode: 6 });
    });

    it("refuses a preview that failed, whose steps end at the failure", async () => {
        const diagnostics = [{ severity: "error", message: "401 from Confluent Cloud" }];
        expect(await readFile({ steps: [step("refresh", {}, {})], diagnostics })).toMatchObject({
            exitCode: 1,
            message: expect.stringMatching(/the preview failed: 401 from Confluent Cloud$/),
        });
    });
});
