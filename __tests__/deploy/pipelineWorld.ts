// What a pipeline finds around it: a repository to clone, a state backend, Confluent Cloud (the emulator), GitHub's token
// endpoint, Vault's transit engine, and stand-ins for npm, npx and gh. The project is installed and built already, and what
// would be written to GitHub is written down.
import { execFileSync, spawnSync } from "node:child_process";
import {
    chmodSync,
    copyFileSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { findEngine } from "../../demo/engineDeployment";
import { type Emulator, startEmulator } from "../../emulator";
import { EmulatorClient } from "../emulator/emulatorClient";
import { evaluate, interpolate, type JobResult, type OnLog, runJob } from "./workflowRunner";

const root = join(__dirname, "../..");
const engine = findEngine();

/** Why no pipeline can run here; undefined where one can. */
export const missing: string | undefined =
    "missing" in engine
        ? engine.missing
        : ["jq", "curl", "git", "bash", "mkfifo"]
              .filter((tool) => !isThere(tool))
              .map((tool) => `there is no ${tool} on the PATH`)[0];

export const describeWithPipelines: jest.Describe | jest.Describe["skip"] = missing
    ? describe.skip
    : describe;
if (missing) process.stdout.write(`Skipped: the pipelines are not run: ${missing}.\n`);

export interface WorldOptions {
    readonly emulator?: Parameters<typeof startEmulator>[0];
    /** Stack name to its file's text, without endpoint and pool. */
    readonly stacks: Readonly<Record<string, string>>;
    /** What encrypts the stacks' secrets: Vault's transit engine by default. */
    readonly secretsProvider?: string;
}

/** What a job finds that is not the same for all jobs. */
export interface JobOptions {
    readonly github?: Record<string, unknown>;
    readonly vars?: Record<string, string>;
    readonly inputs?: Record<string, unknown>;
    readonly env?: Record<string, string>;
    readonly onLog?: OnLog;
    /** Whether the checkout must not be written to. */
    readonly isReadOnly?: boolean;
    /** These steps alone, after others that left these outputs and these files in the temporary folder. */
    readonly only?: readonly string[];
    readonly steps?: Readonly<Record<string, { outputs: Readonly<Record<string, string>> }>>;
    readonly files?: Readonly<Record<string, string>>;
}

export class PipelineWorld {
    readonly folder = mkdtempSync(join(tmpdir(), "confluent-flink-pipeline-"));
    /** Every token that GitHub handed out. */
    readonly tokens: string[] = [];
    readonly client: EmulatorClient;
    readonly #servers: Server[] = [];
    #jobs = 0;

    private constructor(
        readonly emulator: Emulator,
        readonly options: WorldOptions,
    ) {
        this.client = new EmulatorClient(emulator);
    }

    static async start(options: WorldOptions): Promise<PipelineWorld> {
        const world = new PipelineWorld(await startEmulator(options.emulator), options);
        await world.#listen("identityProvider");
        await world.#listen("vault");
        world.#prepareRepository();
        world.#prepareTools();
        return world;
    }

    async close(): Promise<void> {
        for (const server of this.#servers) {
            server.closeAllConnections();
            server.close();
        }
        await this.emulator.close();
        rmSync(this.folder, { recursive: true, force: true });
    }

    at(...path: string[]): string {
        return join(this.folder, ...path);
    }

    git(...args: string[]): string {
        const settings = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "commit.gpgsign=false",
        ];
        const options = { cwd: this.at("repository"), encoding: "utf8" } as const;
        return execFileSync("git", [...settings, ...args], options).trim();
    }

    commit(): string {
        this.git("add", "-A");
        this.git("commit", "-qm", "change", "--allow-empty");
        return this.git("rev-parse", "HEAD");
    }

    writeStack(stack: string, text: string): void {
        const all = `config:
  confluentcloud:endpoint: ${this.emulator.url}
  confluentcloud:oauth: { oauthIdentityPoolId: pool-111aaa }
${text}`;
        writeFileSync(this.at("repository", "stacks", `Pulumi.${stack}.yaml`), all);
    }

    /** A job of a workflow on a fresh clone, as a runner makes it. */
    run(file: string, job: string, options: JobOptions = {}): Promise<JobResult> {
        const { checkout, temp, env } = this.#machine(options);
        const contexts = {
            github: {
                event_name: "push",
                repository: "example/flink",
                token: "gh-token",
                ref: "refs/heads/main",
                event: {},
                ...options.github,
            },
            vars: { ...this.variables(), ...options.vars },
            inputs: options.inputs ?? {},
            ...(options.steps && { steps: options.steps }),
        };
        for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(temp, name), text);
        const machine = {
            folder: checkout,
            temp,
            env,
            ...(options.onLog && { onLog: options.onLog }),
            ...(options.isReadOnly && { isReadOnly: true }),
            ...(options.only && { only: options.only }),
        };
        return runJob(join(root, "deploy/github-actions", file), job, contexts, machine);
    }

    /** What a job that calls another workflow hands to it, and whether its condition holds. */
    static calledWith(
        file: string,
        job: string,
        contexts: Record<string, unknown>,
    ): { with?: Record<string, unknown>; if?: unknown } {
        const text = readFileSync(join(root, "deploy/github-actions", file), "utf8");
        const { jobs } = parse(text) as {
            jobs: Record<string, { with?: Record<string, unknown>; if?: string }>;
        };
        const { with: passed = {}, if: condition } = jobs[job] ?? {};
        const all = { github: {}, inputs: {}, vars: {}, needs: {}, matrix: {}, ...contexts };
        const value = (given: unknown): unknown =>
            typeof given === "string" ? interpolate(given, all) : given;
        return {
            with: Object.fromEntries(Object.entries(passed).map(([name, given]) => [name, value(given)])),
            ...(condition !== undefined && { if: evaluate(condition, all) }),
        };
    }

    variables(): Record<string, string> {
        return {
            PULUMI_BACKEND_URL: `file://${this.at("state")}`,
            PULUMI_SECRETS_PROVIDER: this.options.secretsProvider ?? "hashivault://flink",
            CONFLUENT_READ_POOL: "pool-111aaa",
            TOKEN_REFRESH_SECONDS: "1",
        };
    }

    onStack(stack: string, command: string, options: JobOptions = {}): Promise<JobResult> {
        const inputs = {
            stack,
            command,
            environment: "",
            refresh: false,
            trigger: "",
            overlap: "",
            ...options.inputs,
        };
        return this.run("flink-stack.yml", "run", { ...options, inputs });
    }

    /** The stored state of a stack, as text. */
    state(stack: string): string {
        return readFileSync(this.at("state/.pulumi/stacks/confluent-flink", `${stack}.json`), "utf8");
    }

    /** Names of the stacks in the backend. */
    storedStacks(): string[] {
        const folder = this.at("state/.pulumi/stacks/confluent-flink");
        if (!existsSync(folder)) return [];
        return readdirSync(folder)
            .filter((name) => name.endsWith(".json"))
            .map((name) => name.slice(0, -".json".length));
    }

    locks(stack: string): string[] {
        const folder = this.at("state/.pulumi/locks/organization/confluent-flink", stack);
        if (!existsSync(folder)) return [];
        // Beside each lies a file of attributes.
        const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
        return names.map((name) => join(folder, name));
    }

    /** Live keys that a stack made, current and superseded. */
    keysOf(stack: string): { id: string; usable: boolean; description: string }[] {
        const tag = `Pulumi confluent-flink/${stack} `;
        return this.emulator.state().apiKeys.filter(({ description }) => description.startsWith(tag));
    }

    /** Checkouts in which a job left a file that is not git's, npm's or the build's, or changed one. */
    dirtyCheckouts(): string[] {
        return Array.from({ length: this.#jobs }, (_, i) => this.at(`checkout-${i + 1}`)).filter((cwd) => {
            const status = execFileSync("git", ["status", "--porcelain"], { cwd, encoding: "utf8" });
            // The links that stand for what npm ci makes.
            return status.split("\n").some((line) => line !== "" && !/^\?\? (node_modules|dist)$/.test(line));
        });
    }

    /** A file that the last job left for the steps after it. */
    result(name: string): string {
        return readFileSync(this.at(`temp-${this.#jobs}`, name), "utf8");
    }

    /** What jobs left in their temporary folders, where tokens were. */
    leftInTemp(): string[] {
        return Array.from({ length: this.#jobs }, (_, i) => this.at(`temp-${i + 1}`)).flatMap((folder) =>
            readdirSync(folder).filter((name) => name.startsWith("flink.")),
        );
    }

    /** What the jobs wrote to GitHub. */
    said(): string {
        return existsSync(this.at("gh.log")) ? readFileSync(this.at("gh.log"), "utf8") : "";
    }

    /** What the stand-in for gh answers to `gh issue list` and `gh api …/comments`. */
    answer(what: "issues" | "comments", value: unknown): void {
        writeFileSync(this.at(`gh-${what}.json`), JSON.stringify(value));
    }

    /** A clone with what `npm ci` makes, the job's own temporary folder, and the environment of the runner. */
    #machine({ env = {} }: JobOptions): { checkout: string; temp: string; env: Record<string, string> } {
        const number = ++this.#jobs;
        const checkout = this.at(`checkout-${number}`);
        execFileSync("git", ["clone", "-q", this.at("repository"), checkout]);
        symlinkSync(this.at("dist"), join(checkout, "dist"), "dir");
        symlinkSync(this.at("node_modules"), join(checkout, "node_modules"), "dir");
        const temp = this.at(`temp-${number}`);
        mkdirSync(temp);
        const [identityProvider, vault] = this.#servers.map(
            (server) => (server.address() as AddressInfo).port,
        );
        return {
            checkout,
            temp,
            env: {
                PATH: `${this.at("bin")}:${process.env.PATH}`,
                // Each runner is a new machine: nothing is left of the one before but the plugins.
                HOME: temp,
                PULUMI_HOME: this.#home(number),
                PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
                ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job-token",
                ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${identityProvider}/token?x=1`,
                VAULT_SERVER_URL: `http://127.0.0.1:${vault}`,
                VAULT_SERVER_TOKEN: "vault-token",
                ...env,
            },
        };
    }

    /** The machine of a GitLab job: the same without GitHub's token endpoint, and a token that GitLab fetched. */
    async gitlabMachine(): Promise<{ checkout: string; temp: string; env: Record<string, string> }> {
        const machine = this.#machine({});
        const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: _, ACTIONS_ID_TOKEN_REQUEST_URL: __, ...env } = machine.env;
        return { ...machine, env: { ...env, CONFLUENT_TOKEN: await this.#issueToken() } };
    }

    #home(number: number): string {
        const home = this.at(`home-${number}`);
        mkdirSync(home);
        symlinkSync("missing" in engine ? "" : engine.plugins, join(home, "plugins"), "dir");
        return home;
    }

    async #issueToken(): Promise<string> {
        const form = { grant_type: "client_credentials", client_id: "github", client_secret: "x" };
        const url = `${this.emulator.url}/_emulator/idp/token`;
        const got = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
        const { access_token: value } = (await got.json()) as { access_token: string };
        this.tokens.push(value);
        return value;
    }

    async #listen(what: "identityProvider" | "vault"): Promise<void> {
        const server = createServer(async (asked, answer) => {
            const send = (status: number, body: unknown): void => {
                answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
            };
            let body = "";
            for await (const part of asked) body += String(part);
            if (what === "vault") {
                const [, operation] = /^\/v1\/transit\/(encrypt|decrypt)\/flink$/.exec(asked.url ?? "") ?? [];
                if (asked.headers["x-vault-token"] !== "vault-token" || operation === undefined)
                    send(403, { errors: ["permission denied"] });
                else {
                    // No cipher: turned round is enough to tell what was encrypted from what was not.
                    const { plaintext, ciphertext } = JSON.parse(body) as Record<string, string>;
                    const turned = (text: string): string => [...text].reverse().join("");
                    if (operation === "encrypt")
                        send(200, { data: { ciphertext: `vault:v1:${turned(plaintext ?? "")}` } });
                    else
                        send(200, {
                            data: { plaintext: turned((ciphertext ?? "").replace("vault:v1:", "")) },
                        });
                }
                return;
            }
            // GitHub's token endpoint: whoever holds the job's own token gets one for the audience named.
            const audience = new URL(`http://localhost${asked.url}`).searchParams.get("audience");
            if (asked.headers.authorization !== "bearer job-token" || audience !== "confluent.cloud")
                send(401, {});
            else send(200, { value: await this.#issueToken() });
        });
        this.#servers.push(server);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }

    /** A repository of two commits: the program, and then its stacks. */
    #prepareRepository(): void {
        mkdirSync(this.at("repository", "stacks"), { recursive: true });
        for (const name of ["Pulumi.yaml", "package.json"])
            copyFileSync(join(root, name), this.at("repository", name));
        for (const name of ["pipeline", "gitlab"])
            cpSync(join(root, "deploy", name), this.at("repository/deploy", name), { recursive: true });
        writeFileSync(this.at("repository/stacks/.gitkeep"), "");
        writeFileSync(this.at("repository/.gitignore"), "node_modules\ndist\n");
        this.git("init", "-q", "-b", "main");
        this.commit();
        for (const [stack, text] of Object.entries(this.options.stacks)) this.writeStack(stack, text);
        this.commit();
        // The build without its sources: it cannot be older than they are.
        cpSync(join(root, "dist"), this.at("dist"), { recursive: true });
        copyFileSync(join(root, "package.json"), this.at("package.json"));
        symlinkSync(join(root, "node_modules"), this.at("node_modules"), "dir");
    }

    #prepareTools(): void {
        for (const name of ["bin", "state"]) mkdirSync(this.at(name));
        const command = (name: string, script: string): void => {
            writeFileSync(this.at("bin", name), `#!/usr/bin/env bash\nset -e\n${script}\n`);
            chmodSync(this.at("bin", name), 0o755);
        };
        command("npm", '[ "$*" = ci ]');
        command(
            "npx",
            `[ "$1 $2 $3" = "--no -- confluent-flink" ]; shift 3; exec node ${this.at("dist/cli/main.js")} "$@"`,
        );
        // Writes down what it is asked, and the body with it.
        command(
            "gh",
            `{ printf '%s ' "$@"; echo
for argument in "$@"; do case "$argument" in body=@*) cat "\${argument#body=@}" ;; esac; done
arguments=("$@"); for i in "\${!arguments[@]}"; do [ "\${arguments[$i]}" != --body-file ] || cat "\${arguments[$((i + 1))]}"; done
} >> ${this.at("gh.log")}
case "$1 $2" in
  "issue list") cat ${this.at("gh-issues.json")} ;;
  "api repos"*) cat ${this.at("gh-comments.json")} ;;
esac`,
        );
        this.answer("issues", []);
        this.answer("comments", []);
    }
}

/** The job's result, which has to be a success. */
export async function succeed(job: Promise<JobResult>): Promise<JobResult> {
    const result = await job;
    if (result.exitCode !== 0) throw new Error(`exit code ${result.exitCode}\n${result.log}`);
    return result;
}

function isThere(tool: string): boolean {
    return (process.env.PATH ?? "").split(":").some((path) => existsSync(join(path, tool)));
}

/** Whether a program can be started here without the right to write to what it must not write to. */
export function canDropRights(): boolean {
    if (process.getuid?.() !== 0) return true;
    return spawnSync("setpriv", ["--bounding-set=-dac_override", "true"]).status === 0;
}
