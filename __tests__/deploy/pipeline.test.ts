// Runs the shell steps of the workflows with a real engine, a file backend and the emulator, keyless. TEST_LONG=1 adds
// 3 environments × 4 regions. Not proven here: GitHub's scheduling, its tokens, and the logins to the clouds, which are
// actions of other publishers.
import { describeWithPipelines, missing } from "./pipelineTools";
import { PipelineWorld, succeed } from "./pipelineWorld";
import type { JobResult } from "./workflowRunner";

const isLong = process.env.TEST_LONG === "1";
jest.setTimeout(isLong ? 600_000 : 180_000);

const stackFile = (
    environmentId: string,
    regions: string,
): string => `  confluent-flink:environmentId: ${environmentId}
  confluent-flink:regions: [${regions}]
  confluent-flink:roles: [FlinkDeveloper]
`;
const dev = stackFile("env-dev111", "aws.us-east-2");
const pullRequest = (base: string): Record<string, unknown> => ({
    event_name: "pull_request",
    ref: "refs/pull/7/merge",
    event: { pull_request: { number: 7, base: { sha: base } } },
});

let world: PipelineWorld;
let expireAtNextList = false;

beforeAll(async () => {
    if (missing) return;
    world = await PipelineWorld.start({
        stacks: { dev, stage: stackFile("env-stage222", "aws.us-east-2, gcp.us-east1") },
        secretsProvider: "hashivault://flink",
        emulator: {
            environmentIds: ["env-dev111", "env-stage222", "env-prod333"],
            keyPropagation: { minMs: 200, maxMs: 200 },
            rolePropagation: { minMs: 200, maxMs: 200 },
            onExchange: ({ method, path }) => {
                // Service account and role exist already, so only this package's own client sends this request.
                if (!expireAtNextList || method !== "GET" || path !== "/iam/v2/api-keys") return;
                expireAtNextList = false;
                world.emulator.clock.advance(61 * 60_000);
            },
        },
    });
});

afterAll(() => world?.close());

function select(
    file: string,
    github: Record<string, unknown>,
    inputs: Record<string, unknown> = {},
): Promise<JobResult> {
    const { with: passed = {} } = PipelineWorld.calledWith(file, "select", { github, inputs });
    const all = { base: "", pattern: "*", check: false, ...passed };
    return world.run("flink-select.yml", "select", { github, inputs: all });
}

function batchesOf({ outputs }: JobResult): string[][] {
    return JSON.parse(outputs.select?.batches ?? "null") as string[][];
}

describeWithPipelines("the workflows", () => {
    it("deploy the stacks of a push, keyless, also if the token ends during the run", async () => {
        const before = world.git("rev-parse", "HEAD~1");
        expect(batchesOf(await succeed(select("flink-deploy.yml", { event: { before } })))).toEqual([
            ["dev", "stage"],
        ]);
        const { ran } = await succeed(world.onStack("dev", "up"));
        expect(ran).toEqual(["Install and build", "Run"]);
        expireAtNextList = true;
        world.emulator.journal.clear();
        await succeed(world.onStack("stage", "up"));
        expect(expireAtNextList).toBe(false);
        // The POSTs were refused with the old token, and sent again with the new one from the token file.
        const posts = world.emulator.journal
            .entries()
            .filter(({ method, path }) => method === "POST" && path === "/iam/v2/api-keys")
            .map(({ status }) => status);
        expect(posts.filter((status) => status === 202)).toHaveLength(2);
        expect(posts[0]).toBe(401);
        expect(world.keysOf("dev")).toMatchObject([{ usable: true }]);
        expect(world.keysOf("stage")).toMatchObject([{ usable: true }, { usable: true }]);
    });

    it("open issues for drift and for a due rotation, repair drift after an outage, and close the issue", async () => {
        world.answer("issues", [{ number: 41, title: "Flink stack dev: rotation-due" }]);
        const [key] = world.keysOf("dev");
        await world.client.send("DELETE", `/iam/v2/api-keys/${key?.id}`);
        const drifted = await succeed(world.onStack("dev", "drift"));
        expect(drifted.outputs.run).toEqual({ label: "drift" });
        expect(world.githubCalls()).toContain(
            "issue create --repo example/flink --title Flink stack dev: drift --label drift",
        );
        expect(world.githubCalls()).toContain(
            "drift: flink-aws.us-east-2: create: declared in the program, but does not exist",
        );
        expect(world.githubCalls()).toContain("issue close 41 --repo example/flink");

        world.answer("issues", [{ number: 42, title: "Flink stack dev: drift" }]);
        const again = {
            steps: { run: { outputs: { label: "drift" } } },
            files: { "drift.txt": "the newest\n" },
        };
        await succeed(world.onStack("dev", "drift", { only: ["Open or close an issue"], ...again }));
        expect(world.githubCalls()).toMatch(/issue edit 42 --repo example\/flink .*\nthe newest/);
        // Only up with a refresh repairs it. The first attempt fails because of an outage, and leaves no lock.
        world.emulator.faults.add({ times: 0, action: { status: 503 } });
        const failed = await world.onStack("dev", "up", { inputs: { refresh: true } });
        expect(failed.exitCode).not.toBe(0);
        expect(world.locks("dev")).toEqual([]);
        world.emulator.faults.clear();
        await succeed(world.onStack("dev", "up", { inputs: { refresh: true } }));
        expect(world.keysOf("dev")).toMatchObject([{ usable: true }]);
        const start = world.git("rev-parse", "HEAD");
        const stage = stackFile("env-stage222", "aws.us-east-2, gcp.us-east1");
        world.writeStack("stage", `${stage}  confluent-flink:rotation: { trigger: leak }\n`);
        world.commit();
        const [healed, due] = await Promise.all(
            ["dev", "stage"].map((stack) => succeed(world.onStack(stack, "drift"))),
        );
        expect(healed?.outputs.run).toEqual({ label: "none" });
        expect(world.githubCalls()).toContain("issue close 42 --repo example/flink");
        expect(due?.outputs.run).toEqual({ label: "rotation-due" });
        expect(world.githubCalls()).toContain("--title Flink stack stage: rotation-due --label rotation-due");
        expect(world.githubCalls()).toContain(
            'rotation due: flink-gcp.us-east1: update: rotationTrigger: none → "leak"',
        );
        world.git("reset", "-q", "--hard", start);
    });

    it("comment once for each stack on a pull request, create no stack, and change nothing", async () => {
        const base = world.git("rev-parse", "HEAD");
        world.writeStack("dev", stackFile("env-dev111", "aws.us-east-2, azure.westeurope"));
        world.writeStack("later", stackFile("env-prod333", "aws.us-east-2"));
        world.commit();
        const github = pullRequest(base);
        expect(batchesOf(await succeed(select("flink-preview.yml", github)))).toEqual([["dev", "later"]]);
        const before = JSON.stringify(world.emulator.state().apiKeys);
        world.answer("comments", [
            { id: 5, body: "### Preview of `dev2`\n" },
            { id: 6, body: "### Preview of `dev`\nold" },
        ]);
        await Promise.all(
            ["dev", "later"].map((stack) => succeed(world.onStack(stack, "preview", { github }))),
        );
        expect(JSON.stringify(world.emulator.state().apiKeys)).toBe(before);
        expect(world.storedStacks().sort()).toEqual(["dev", "stage"]);
        expect(world.githubCalls()).toContain("api --method PATCH repos/example/flink/issues/comments/6");
        expect(world.githubCalls()).toMatch(/### Preview of `dev`[\s\S]*flink-azure\.westeurope/);
        expect(world.githubCalls()).toMatch(
            /pr comment 7 --repo example\/flink[\s\S]*### Preview of `later`/,
        );
        world.git("reset", "-q", "--hard", base);
    });

    it("stop only the stack whose file has an error", async () => {
        world.writeStack("dev", stackFile("env-dev111", "aws.us-east2"));
        world.commit();
        const [wrong, other] = await Promise.all([
            world.onStack("dev", "up"),
            world.onStack("stage", "check"),
        ]);
        expect(wrong.exitCode).toBe(3);
        expect(wrong.log).toContain(
            'stacks/Pulumi.dev.yaml:5: confluent-flink:regions[0]: got "aws.us-east2"',
        );
        expect(other.exitCode).toBe(0);
        expect(other.log).toContain("note: stacks/Pulumi.dev.yaml:5");
        const checked = await select("flink-preview.yml", pullRequest(world.git("rev-parse", "HEAD~1")));
        expect(checked.exitCode).toBe(3);
        const missingFile = await world.onStack("nobody", "up");
        expect(missingFile.exitCode).toBe(1);
        expect(missingFile.log).toContain('stack: got "nobody", expected a stack with a stack file');
        world.git("reset", "-q", "--hard", "HEAD~1");
    });

    it("destroy only if the name is typed twice, and nothing if the stack was never deployed", async () => {
        const inputs = { stack: "dev", confirmation: "prod" };
        const refused = await world.run("flink-destroy.yml", "confirm", { inputs });
        expect(refused.exitCode).toBe(1);
        await succeed(
            world.run("flink-destroy.yml", "confirm", { inputs: { ...inputs, confirmation: "dev" } }),
        );
        world.writeStack("later", stackFile("env-prod333", "aws.us-east-2"));
        world.commit();
        const { log } = await succeed(world.onStack("later", "destroy"));
        expect(log).toContain("later is not deployed: nothing to destroy.");
        expect(world.storedStacks()).not.toContain("later");
        world.git("reset", "-q", "--hard", "HEAD~1");
    });
});

describeWithPipelines("the selection of stacks", () => {
    afterEach(() => {
        world.git("reset", "-q", "--hard", start);
    });
    let start: string;
    beforeEach(() => {
        start = world.git("rev-parse", "HEAD");
    });

    it.each([
        [0, []],
        [1, [1]],
        [256, [256]],
        [300, [256, 44]],
    ])("of %i stacks makes batches of %j, which a matrix accepts", async (count, sizes) => {
        world.git("rm", "-q", "stacks/Pulumi.*");
        for (let i = 0; i < count; i++) {
            world.writeStack(`s${String(i).padStart(3, "0")}`, stackFile("env-dev111", "aws.us-east-2"));
        }
        world.commit();
        const batches = batchesOf(await succeed(select("flink-rotation.yml", { event_name: "schedule" })));
        expect(batches.map(({ length }) => length)).toEqual(sizes);
        expect(new Set(batches.flat()).size).toBe(count);
        for (const [file, job] of [
            ["flink-rotation.yml", "up"],
            ["flink-drift.yml", "drift"],
            ["flink-deploy.yml", "up"],
        ] as const) {
            const needs = { select: { outputs: { batches: JSON.stringify(batches) } } };
            expect(PipelineWorld.calledWith(file, job, { needs }).if).toBe(count > 0);
        }
    });

    it("selects all stacks if the previous commit is not an ancestor: after a first push or a forced push", async () => {
        for (const before of ["0".repeat(40), "f".repeat(40)]) {
            const result = await succeed(select("flink-deploy.yml", { event: { before } }));
            expect(batchesOf(result)).toEqual([["dev", "stage"]]);
            expect(result.log).toContain(`note: this checkout has no ancestor ${before}`);
        }
        const head = world.git("rev-parse", "HEAD");
        expect(batchesOf(await succeed(select("flink-deploy.yml", { event: { before: head } })))).toEqual([]);
    });

    it("fails if a typed pattern matches no stack", async () => {
        const result = await select(
            "flink-rotation.yml",
            { event_name: "workflow_dispatch" },
            { stacks: "pord-*" },
        );
        expect(result.exitCode).toBe(2);
        expect(result.log).toContain('stack: got "pord-*", expected the name of a stack or a pattern');
        expect(result.outputs.select?.batches).toBeUndefined();
    });
});

(isLong ? describeWithPipelines : describe.skip)("the workflows (long runs)", () => {
    const regions = ["aws.us-east-2", "aws.eu-central-1", "gcp.us-east1", "azure.eastus2"];
    const environments = ["env-dev111", "env-stage222", "env-prod333"];

    it("deploy 3 environments × 4 regions, three at a time", async () => {
        const names = environments.flatMap((id) =>
            regions.map((region) => `${id}-${region.replace(".", "-")}`),
        );
        for (const id of environments)
            for (const region of regions)
                world.writeStack(`${id}-${region.replace(".", "-")}`, stackFile(id, region));
        world.commit();
        const waiting = names.values();
        const worker = async (): Promise<void> => {
            for (const stack of waiting) await succeed(world.onStack(stack, "up"));
        };
        await Promise.all([worker(), worker(), worker()]);
        for (const stack of names) expect(world.keysOf(stack)).toMatchObject([{ usable: true }]);
    });
});
