// GitLab CI: checks the files against GitLab's published schema (the copy in gitlab-ci-local), generates the child pipeline for
// 0, 1 and 300 stacks, and runs the scripts of its jobs, each in a fresh clone, with a real engine. Not proven here: GitLab's
// runner, its queue (resource_group) and its tokens.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { describeWithPipelines, missing } from "./pipelineTools";
import { PipelineWorld } from "./pipelineWorld";
import { shell } from "./workflowRunner";

jest.setTimeout(180_000);

const root = join(__dirname, "../..");
const stackFile = `  confluent-flink:environmentId: env-abc123
  confluent-flink:regions: [aws.us-east-2]
  confluent-flink:roles: [FlinkDeveloper]
`;

interface Job {
    script?: string[];
    variables?: Record<string, string>;
    resource_group?: string;
    environment?: { name: string; action?: string };
    allow_failure?: unknown;
    id_tokens?: Record<string, { aud: string }>;
}
type Pipeline = Record<string, Job>;

function textOf(name: string): string {
    return readFileSync(join(root, "deploy/gitlab", name), "utf8");
}

let folder: string;
let world: PipelineWorld;

beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-gitlab-"));
    mkdirSync(join(folder, "deploy"));
    cpSync(join(root, "deploy/gitlab"), join(folder, "deploy/gitlab"), { recursive: true });
    const git = (...args: string[]): Buffer => execFileSync("git", args, { cwd: folder });
    git("init", "-q", "-b", "main");
    git("remote", "add", "origin", "git@gitlab.com:example/flink.git");
    // Local includes are read from git's index.
    git("add", "-A");
    // gitlab-ci-local requires Node 22. On Node 20 it lacks only this method.
    writeFileSync(
        join(folder, "node20.mjs"),
        "Set.prototype.union ??= function (other) { return new Set([...this, ...other]); };\n",
    );
    if (missing) return;
    const propagation = { minMs: 100, maxMs: 100 };
    world = await PipelineWorld.start({
        stacks: { prod: stackFile },
        emulator: { keyPropagation: propagation, rolePropagation: propagation },
    });
});

afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world?.close();
});

/** Validates a pipeline against GitLab's schema. Returns the errors, or an empty text. */
function validate(text: string): string {
    writeFileSync(join(folder, ".gitlab-ci.yml"), text);
    const program = join(root, "node_modules/gitlab-ci-local/dist/index.js");
    const variables = ["--variable", "CI_PIPELINE_SOURCE=schedule", "--variable", "FLINK_COMMAND=up"];
    const args = ["--import", join(folder, "node20.mjs"), program, "--list", ...variables];
    const env = { ...process.env, HOME: folder, FORCE_COLOR: "0" };
    const { status, stdout, stderr } = spawnSync("node", args, { cwd: folder, encoding: "utf8", env });
    return status === 0 ? "" : `${stdout}${stderr}`;
}

describe("deploy/gitlab", () => {
    it("matches GitLab's published schema", () => {
        const files = ["flink", "flink-stack"].map((name) => ({
            local: `deploy/gitlab/${name}.gitlab-ci.yml`,
        }));
        expect(validate(stringify({ include: files, up: { extends: ".flink-stack" } }))).toBe("");
        const broken = textOf("flink-stack.gitlab-ci.yml").replace(
            "interruptible: false",
            "interruptable: false",
        );
        expect(validate(`${broken}\nup: { extends: .flink-stack }\n`)).toContain("interruptable");
    });

    it("stores no secret, and uses the job's own tokens", () => {
        const template = parse(textOf("flink-stack.gitlab-ci.yml")) as Pipeline;
        expect(Object.keys(template[".flink-stack"]?.id_tokens ?? {})).toEqual([
            "CONFLUENT_TOKEN",
            "CLOUD_TOKEN",
        ]);
        expect(template[".flink-stack"]?.script?.at(-1)).toMatch(/^exec deploy\/pipeline\/stack\.sh/);
    });
});

describeWithPipelines("the scripts of deploy/gitlab", () => {
    /** Runs the script of a job in a fresh clone, with the variables that GitLab sets. */
    async function run(
        job: Job,
        variables: Record<string, string>,
    ): Promise<{ exitCode: number; log: string; checkout: string }> {
        const { checkout, temp, env } = await world.gitlabMachine();
        const script = join(temp, "script.sh");
        // GitLab's runner uses one shell, which ends at the first command that fails.
        writeFileSync(script, `set -eo pipefail\n${(job.script ?? []).join("\n")}\n`);
        const own: Record<string, string> = {
            ...world.variables(),
            CONFLUENT_IDENTITY_POOL: "pool-111aaa",
            CI_PROJECT_DIR: checkout,
            TMPDIR: temp,
            ...variables,
        };
        const expand = (text: string): string =>
            text.replace(/\$(\w+)/g, (_, name: string) => own[name] ?? "");
        const given = Object.fromEntries(
            Object.entries(job.variables ?? {}).map(([name, text]) => [name, expand(text)]),
        );
        // The project's settings override the file's.
        const result = await shell(
            script,
            { folder: checkout },
            { ...env, ...given, ...own, RUNNER_TEMP: "" },
        );
        return { ...result, checkout };
    }

    async function childPipeline(
        variables: Record<string, string>,
    ): Promise<{ exitCode: number; log: string; text: string }> {
        const { "flink-select": job } = parse(textOf("flink.gitlab-ci.yml")) as Pipeline;
        const { exitCode, log, checkout } = await run(job as Job, { FLINK_STACKS: "*", ...variables });
        return {
            exitCode,
            log,
            text: exitCode === 0 ? readFileSync(join(checkout, "flink-stacks.yml"), "utf8") : "",
        };
    }

    async function onStack(command: string): Promise<{ exitCode: number; log: string; checkout: string }> {
        const { text, log } = await childPipeline({ FLINK_COMMAND: command, FLINK_STACKS: "prod" });
        if (text === "") throw new Error(log);
        const template = (parse(textOf("flink-stack.gitlab-ci.yml")) as Pipeline)[".flink-stack"] as Job;
        const job = (parse(text) as Pipeline)[`${command} prod`] as Job;
        return run({ ...template, ...job, variables: { ...template.variables, ...job.variables } }, {});
    }

    it.each([
        [0, "nothing"],
        [1, "up s000"],
        [300, "up s299"],
    ])("writes a child pipeline for %i stacks that matches the schema", async (count, last) => {
        const start = world.git("rev-parse", "HEAD");
        world.git("rm", "-q", "stacks/Pulumi.*");
        for (let i = 0; i < count; i++) world.writeStack(`s${String(i).padStart(3, "0")}`, stackFile);
        world.commit();
        const { text } = await childPipeline({ FLINK_COMMAND: "up" });
        const jobs = Object.keys(parse(text) as Pipeline).filter((name) => name !== "include");
        expect(jobs).toHaveLength(Math.max(count, 1));
        expect(jobs.at(-1)).toBe(last);
        expect(validate(text)).toBe("");
        world.git("reset", "-q", "--hard", start);
    });

    it("runs commands that change a stack one at a time, in its environment; commands that only read do not wait", async () => {
        const jobOf = async (command: string): Promise<Job | undefined> => {
            const { text } = await childPipeline({ FLINK_COMMAND: command, FLINK_STACKS: "prod" });
            return (parse(text) as Pipeline)[`${command} prod`];
        };
        for (const command of ["up", "unlock"]) {
            const job = await jobOf(command);
            expect(job).toMatchObject({
                resource_group: "flink-stack-prod",
                environment: { name: "prod" },
            });
            expect(job?.variables?.IDENTITY_POOL).toBe("$CONFLUENT_IDENTITY_POOL");
        }
        const job = await jobOf("preview");
        expect(job).not.toHaveProperty("resource_group");
        expect(job).not.toHaveProperty("environment");
        expect(job?.variables?.IDENTITY_POOL).toBe("$CONFLUENT_READ_POOL");
        const all = await childPipeline({ FLINK_COMMAND: "destroy" });
        expect(all.exitCode).toBe(2);
        expect(all.log).toContain('FLINK_STACKS: got "*", expected the name of one stack');
    });

    it("deploys, reports drift with exit code 6, and destroys, each in a fresh clone", async () => {
        const up = await onStack("up");
        expect([up.exitCode, up.log]).toEqual([0, expect.stringContaining("5 created")]);
        const [key] = world.keysOf("prod");
        expect(key).toMatchObject({ usable: true });
        await world.client.send("DELETE", `/iam/v2/api-keys/${key?.id}`);
        const drift = await onStack("drift");
        expect([drift.exitCode, drift.log]).toEqual([
            6,
            expect.stringContaining("drift: flink-aws.us-east-2"),
        ]);
        expect(readFileSync(join(drift.checkout, "drift.txt"), "utf8")).toContain(
            "drift: flink-aws.us-east-2",
        );
        const destroy = await onStack("destroy");
        expect([destroy.exitCode, destroy.log]).toEqual([0, expect.stringContaining("5 deleted")]);
        for (const token of world.tokens) {
            for (const { log } of [up, drift, destroy]) expect(log).not.toContain(token);
            expect(world.state("prod")).not.toContain(token);
        }
        expect(world.leftInTemp()).toEqual([]);
    });
});
