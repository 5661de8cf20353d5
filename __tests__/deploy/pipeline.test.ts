// The shell steps of the workflows as they are written, on a real engine with a file backend, against the emulator:
// 3 environments × 4 regions, keyless. npm, npx and gh are stand-ins: the project is installed and built already, and
// what would be written to a pull request is written down. Not proven here: GitHub's scheduling, its tokens and the cloud
// logins, which are actions of others.
import { execFileSync } from "node:child_process";
import {
    chmodSync,
    copyFileSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { findEngine } from "../../rehearsal/engineDeployment";
import { EmulatorClient } from "../emulator/emulatorClient";
import { type JobResult, runJob } from "./workflowRunner";

jest.setTimeout(600_000);

const root = join(__dirname, "../..");
const workflows = join(root, "deploy/github-actions");
const engine = findEngine();
const missing =
    "missing" in engine ? engine.missing : ["jq", "curl", "git", "bash"].find((tool) => !isThere(tool));
if (missing) process.stdout.write(`Skipped: the pipelines are not run, for ${missing} is missing.\n`);

const environments = { dev: "env-dev111", stage: "env-stage222", prod: "env-prod333" };
const regions = ["aws.us-east-2", "aws.eu-central-1", "gcp.us-east1", "azure.eastus2"];
/** One stack for all regions of an environment, or one for each: 12 keys in all. */
const stacks: Record<string, { environmentId: string; regions: string[] }> = {
    dev: { environmentId: environments.dev, regions },
    stage: { environmentId: environments.stage, regions },
    ...Object.fromEntries(
        regions.map((region) => [
            `prod-${region.replace(".", "-")}`,
            { environmentId: environments.prod, regions: [region] },
        ]),
    ),
};
/** Whose token ends in the middle of its deployment. */
const unlucky = "stage";

let folder: string;
let emulator: Emulator;
let client: EmulatorClient;
let identityProvider: Server;
let tokens: string[];
let jobs = 0;
let expireAtNextList: boolean;

beforeAll(async () => {
    if (missing) return;
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-pipeline-"));
    tokens = [];
    expireAtNextList = false;
    emulator = await startEmulator({
        environmentIds: Object.values(environments),
        keyPropagation: { minMs: 300, maxMs: 300 },
        rolePropagation: { minMs: 500, maxMs: 500 },
        onExchange: ({ method, path }) => {
            // The service account and its role are there: only this project's own client is still to ask.
            if (!expireAtNextList || method !== "GET" || path !== "/iam/v2/api-keys") return;
            expireAtNextList = false;
            emulator.clock.advance(61 * 60_000);
        },
    });
    client = new EmulatorClient(emulator);
    identityProvider = await startIdentityProvider();
    prepareRepository();
    prepareTools();
});

afterAll(async () => {
    if (missing) return;
    identityProvider.closeAllConnections();
    identityProvider.close();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
});

/** GitHub's token endpoint: whoever holds the job's own token gets one for the audience named. */
async function startIdentityProvider(): Promise<Server> {
    const server = createServer(async (asked, answer) => {
        const isKnown = asked.headers.authorization === "bearer job-token";
        const audience = new URL(`http://localhost${asked.url}`).searchParams.get("audience");
        if (!isKnown || audience !== "confluent.cloud") {
            answer.writeHead(401).end();
            return;
        }
        const form = { grant_type: "client_credentials", client_id: "github", client_secret: "x" };
        const got = await fetch(`${emulator.url}/_emulator/idp/token`, {
            method: "POST",
            body: new URLSearchParams(form),
        });
        const { access_token: value } = (await got.json()) as { access_token: string };
        tokens.push(value);
        answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ value }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
}

function at(...path: string[]): string {
    return join(folder, ...path);
}

function git(...args: string[]): string {
    const settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...settings, ...args], { cwd: at("repository"), encoding: "utf8" }).trim();
}

function stackFile(environmentId: string, region: string, more = ""): string {
    return `config:
  confluentcloud:endpoint: ${emulator.url}
  confluentcloud:oauth: { oauthIdentityPoolId: pool-111aaa }
  confluent-flink:environmentId: ${environmentId}
  confluent-flink:regions: [${region}]
  confluent-flink:roles: [FlinkDeveloper]
${more}`;
}

function writeStack(stack: string, environmentId: string, region: string, more = ""): void {
    writeFileSync(at("repository", "stacks", `Pulumi.${stack}.yaml`), stackFile(environmentId, region, more));
}

/** A repository of two commits: the program, and then its stacks. */
function prepareRepository(): void {
    mkdirSync(at("repository", "stacks"), { recursive: true });
    for (const name of ["Pulumi.yaml", "package.json"])
        copyFileSync(join(root, name), at("repository", name));
    git("init", "-q", "-b", "main");
    commit();
    for (const [stack, { environmentId, regions: all }] of Object.entries(stacks)) {
        writeStack(stack, environmentId, all.join(", "));
    }
    commit();
    // The build without its sources: it cannot be older than they are.
    cpSync(join(root, "dist"), at("dist"), { recursive: true });
    copyFileSync(join(root, "package.json"), at("package.json"));
    symlinkSync(join(root, "node_modules"), at("node_modules"), "dir");
}

function commit(): string {
    git("add", "-A");
    git("commit", "-qm", "change");
    return git("rev-parse", "HEAD");
}

function prepareTools(): void {
    mkdirSync(at("bin"));
    mkdirSync(at("home"));
    mkdirSync(at("state"));
    symlinkSync("missing" in engine ? "" : engine.plugins, at("home", "plugins"), "dir");
    const command = (name: string, script: string): void => {
        writeFileSync(at("bin", name), `#!/usr/bin/env bash\nset -e\n${script}\n`);
        chmodSync(at("bin", name), 0o755);
    };
    command("npm", '[ "$*" = ci ]');
    command(
        "npx",
        `[ "$1 $2 $3" = "--no -- confluent-flink" ]; shift 3; exec node ${at("dist", "cli", "main.js")} "$@"`,
    );
    // The answer to gh issue list is empty; a body is written down as it is.
    command(
        "gh",
        `{ printf '%s ' "$@"; echo; while [ $# -gt 0 ]; do [ "$1" = --body-file ] && cat "$2"; shift; done; } >> ${at("gh.log")}; echo '[]'`,
    );
}

/** A fresh checkout for one job, as a runner makes it. */
function run(file: string, job: string, contexts: Record<string, unknown>): Promise<JobResult> {
    const number = ++jobs;
    const checkout = at(`checkout-${number}`);
    execFileSync("git", ["clone", "-q", at("repository"), checkout]);
    symlinkSync(at("dist"), join(checkout, "dist"), "dir");
    symlinkSync(at("node_modules"), join(checkout, "node_modules"), "dir");
    const { port } = identityProvider.address() as AddressInfo;
    const all = {
        github: { event_name: "push", repository: "example/flink", token: "gh-token", event: {} },
        vars: {
            PULUMI_BACKEND_URL: `file://${at("state")}`,
            PULUMI_SECRETS_PROVIDER: "passphrase",
            CONFLUENT_PREVIEW_POOL: "pool-111aaa",
            TOKEN_REFRESH_SECONDS: "1",
        },
        inputs: {},
        ...contexts,
    };
    return runJob(join(workflows, file), job, all, {
        folder: checkout,
        temp: at(`temp-${number}`),
        env: {
            PATH: `${at("bin")}:${process.env.PATH}`,
            HOME: at("home"),
            PULUMI_HOME: at("home"),
            PULUMI_CONFIG_PASSPHRASE: "pipeline",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job-token",
            ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?x=1`,
        },
    });
}

function onStack(stack: string, command: string, more: Record<string, unknown> = {}): Promise<JobResult> {
    return run("flink-stack.yml", "run", { inputs: { stack, command, environment: "" }, ...more });
}

/** As GitHub's matrix does, a few at a time. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const waiting = items.values();
    const worker = async (): Promise<void> => {
        for (const item of waiting) await work(item);
    };
    await Promise.all([worker(), worker(), worker()]);
}

async function succeed(job: Promise<JobResult>): Promise<JobResult> {
    const result = await job;
    if (result.exitCode !== 0) throw new Error(`exit code ${result.exitCode}\n${result.log}`);
    return result;
}

function keysOf(stack: string): { id: string; usable: boolean }[] {
    const tag = `Pulumi confluent-flink/${stack} `;
    return emulator.state().apiKeys.filter(({ description }) => description.startsWith(tag));
}

(missing ? describe.skip : describe)("the pipelines, run as written", () => {
    it("deploy 3 environments × 4 regions without a key, also when the token ends in the middle", async () => {
        const before = git("rev-parse", "HEAD~1");
        const { outputs } = await succeed(
            run("flink-deploy.yml", "select", { github: { event: { before } } }),
        );
        const selected = JSON.parse(outputs.select?.stacks ?? "null") as string[];
        expect(selected).toEqual(Object.keys(stacks).sort());

        await inParallel(
            selected.filter((stack) => stack !== unlucky),
            async (stack) => {
                const { ran } = await succeed(onStack(stack, "up"));
                expect(ran).toEqual([
                    "Install and build",
                    "Check the stack files",
                    "Fetch a token",
                    "Select the stack",
                    "Hand the token over",
                    "Up",
                ]);
            },
        );
        expireAtNextList = true;
        emulator.journal.clear();
        await succeed(onStack(unlucky, "up"));
        expect(expireAtNextList).toBe(false);
        // Its POSTs were refused with the token that had ended, and repeated with one from the file, filled again since.
        const posts = emulator.journal
            .entries()
            .filter(({ method, path }) => method === "POST" && path === "/iam/v2/api-keys")
            .map(({ status }) => status);
        expect(posts.filter((status) => status === 202)).toHaveLength(4);
        expect(posts[0]).toBe(401);

        for (const [stack, { regions: all }] of Object.entries(stacks)) {
            expect([stack, keysOf(stack).map(({ usable }) => usable)]).toEqual([stack, all.map(() => true)]);
        }
        expect(emulator.state().apiKeys.filter(({ seeded }) => !seeded)).toHaveLength(12);
        const callers = emulator.journal.entries().filter(({ path }) => path.startsWith("/iam/"));
        expect(new Set(callers.map(({ principal }) => principal ?? "refused"))).toEqual(
            new Set(["pool-111aaa", "refused"]),
        );
    });

    it("show no token, and leave none in the repository or, in clear, in the state", async () => {
        const { log } = await succeed(onStack("prod-aws-us-east-2", "up"));
        // GitHub takes such a line away, and what it names out of all others.
        const shown = log.replace(/^::add-mask::.*$/gm, "");
        expect(log).toContain("::add-mask::");
        expect(tokens.length).toBeGreaterThan(Object.keys(stacks).length);
        const stored = at("state", ".pulumi", "stacks", "confluent-flink", "prod-aws-us-east-2.json");
        const state = readFileSync(stored, "utf8");
        for (const token of tokens) {
            expect(shown).not.toContain(token);
            expect(state).not.toContain(token);
        }
        expect(git("status", "--porcelain")).toBe("");
    });

    it("tell drift from a due rotation, by label, and open an issue for it", async () => {
        // The token of the last deployment has ended since: it must not be the one that is used.
        emulator.clock.advance(61 * 60_000);
        const quiet = await succeed(onStack("prod-aws-us-east-2", "drift"));
        expect(quiet.outputs.drift).toEqual({ label: "none" });
        expect(quiet.ran).not.toContain("Open an issue");

        await client.send("DELETE", `/iam/v2/api-keys/${keysOf("prod-azure-eastus2")[0]?.id}`);
        const drifted = await succeed(onStack("prod-azure-eastus2", "drift"));
        expect(drifted.outputs.drift).toEqual({ label: "drift" });

        writeStack("prod-gcp-us-east1", environments.prod, "gcp.us-east1", "  rotation: { trigger: leak }\n");
        commit();
        const due = await succeed(onStack("prod-gcp-us-east1", "drift"));
        expect(due.outputs.drift).toEqual({ label: "rotation-due" });

        const said = readFileSync(at("gh.log"), "utf8");
        const title = "issue create --repo example/flink --title Flink stack";
        expect(said).toContain(`${title} prod-azure-eastus2: drift --label drift`);
        expect(said).toContain("drift: flink-azure.eastus2: create: declared, and not there");
        expect(said).toContain(`${title} prod-gcp-us-east1: rotation-due --label rotation-due`);
        expect(said).toContain('rotation due: flink-gcp.us-east1: update: rotationTrigger: none → "leak"');
    });

    it("comment on a pull request what it would change, and change nothing", async () => {
        const base = git("rev-parse", "HEAD");
        writeStack("dev", environments.dev, [...regions, "azure.westeurope"].join(", "));
        commit();
        const github = {
            event_name: "pull_request",
            repository: "example/flink",
            token: "gh-token",
            event: { pull_request: { number: 7, base: { sha: base } } },
        };
        const { outputs } = await succeed(run("flink-preview.yml", "select", { github }));
        expect(outputs.select).toEqual({ stacks: '["dev"]' });
        const before = JSON.stringify(emulator.state().apiKeys);
        await succeed(onStack("dev", "preview", { github }));
        expect(JSON.stringify(emulator.state().apiKeys)).toBe(before);
        const said = readFileSync(at("gh.log"), "utf8");
        expect(said).toContain("pr comment 7 --repo example/flink");
        expect(said).toMatch(/### Preview of `dev`[\s\S]*flink-azure\.westeurope/);
    });

    it("destroy a stack on request, when its name is typed twice", async () => {
        const stack = "prod-aws-eu-central-1";
        const refused = await run("flink-destroy.yml", "confirm", {
            inputs: { stack, confirmation: "prod" },
        });
        expect(refused.exitCode).toBe(1);
        await succeed(run("flink-destroy.yml", "confirm", { inputs: { stack, confirmation: stack } }));
        await succeed(onStack(stack, "destroy"));
        expect(keysOf(stack)).toEqual([]);
        const accounts = emulator.state().serviceAccounts.map(({ displayName }) => displayName);
        expect(accounts.filter((name) => name.includes(stack))).toEqual([]);
    });

    it("stop before anything is deployed where a stack file is wrong", async () => {
        writeStack("dev", environments.dev, "aws.us-east2");
        commit();
        const { exitCode, log, ran } = await onStack("dev", "up");
        expect(exitCode).toBe(3);
        expect(log).toContain('stacks/Pulumi.dev.yaml:5: confluent-flink:regions[0]: got "aws.us-east2"');
        expect(ran).not.toContain("Fetch a token");
    });
});

function isThere(tool: string): boolean {
    return (process.env.PATH ?? "").split(":").some((path) => existsSync(join(path, tool)));
}
