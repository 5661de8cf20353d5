// The environment of a pipeline: a repository to clone, a state backend, Confluent Cloud (the emulator), GitHub's token
// endpoint, Vault's transit engine, and replacements for npm and gh. The project is already installed and built. The
// replacement for gh records its calls.
import { execFileSync } from "node:child_process";
import {
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
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { type Emulator, startEmulator } from "../../emulator";
import { EmulatorClient } from "../emulator/emulatorClient";
import { evaluate, interpolate } from "./githubExpressions";
import { type StandIn, startTokenEndpoint, startVault, type TokenEndpoint } from "./pipelineServices";
import { engine, writeTools } from "./pipelineTools";
import { type JobResult, type OnLog, runJob } from "./workflowRunner";

const root = join(__dirname, "../..");
export interface WorldOptions {
    readonly emulator?: Parameters<typeof startEmulator>[0];
    /** The texts of the stack files by stack, without endpoint and pool. */
    readonly stacks: Readonly<Record<string, string>>;
    /** Encrypts the stacks' secrets. Default: Vault's transit engine. */
    readonly secretsProvider?: string;
}

/** Settings of a single job. */
export interface JobOptions {
    readonly github?: Record<string, unknown>;
    readonly vars?: Record<string, string>;
    readonly inputs?: Record<string, unknown>;
    readonly env?: Record<string, string>;
    readonly onLog?: OnLog;
    /** Whether the checkout is read-only. */
    readonly isReadOnly?: boolean;
    /** The steps to run. Default: all. */
    readonly only?: readonly string[];
    /** Outputs of earlier steps, for `only`. */
    readonly steps?: Readonly<Record<string, { outputs: Readonly<Record<string, string>> }>>;
    /** Files that earlier steps left in the temporary folder, for `only`. */
    readonly files?: Readonly<Record<string, string>>;
}

interface Machine {
    readonly checkout: string;
    readonly temp: string;
    readonly env: Record<string, string>;
}

export class PipelineWorld {
    readonly folder = mkdtempSync(join(tmpdir(), "confluent-flink-pipeline-"));
    readonly client: EmulatorClient;
    readonly #tokenEndpoint: TokenEndpoint;
    readonly #vault: StandIn;
    #jobs = 0;

    private constructor(
        readonly emulator: Emulator,
        readonly options: WorldOptions,
        tokenEndpoint: TokenEndpoint,
        vault: StandIn,
    ) {
        this.client = new EmulatorClient(emulator);
        this.#tokenEndpoint = tokenEndpoint;
        this.#vault = vault;
    }

    static async start(options: WorldOptions): Promise<PipelineWorld> {
        const emulator = await startEmulator(options.emulator);
        const services = [await startTokenEndpoint(emulator), await startVault()] as const;
        const world = new PipelineWorld(emulator, options, ...services);
        world.#prepareRepository();
        mkdirSync(world.at("state"));
        writeTools(world.at("bin"), world.folder);
        world.answer("issues", []);
        world.answer("comments", []);
        return world;
    }

    async close(): Promise<void> {
        this.#tokenEndpoint.close();
        this.#vault.close();
        await this.emulator.close();
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** Every token that was issued to a job. */
    get tokens(): readonly string[] {
        return this.#tokenEndpoint.tokens;
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

    /** Runs a job of a workflow in a fresh clone, as a runner does. */
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

    /** The inputs that a job passes to the workflow that it calls, and the value of the job's condition. */
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

    /** The live keys of a stack, current and superseded. */
    keysOf(stack: string): { id: string; usable: boolean; description: string }[] {
        const tag = `Pulumi confluent-flink/${stack} `;
        return this.emulator.state().apiKeys.filter(({ description }) => description.startsWith(tag));
    }

    /** Checkouts in which a job changed a file, or added one that npm ci does not add. */
    dirtyCheckouts(): string[] {
        return Array.from({ length: this.#jobs }, (_, i) => this.at(`checkout-${i + 1}`)).filter((cwd) => {
            const status = execFileSync("git", ["status", "--porcelain"], { cwd, encoding: "utf8" });
            // The links replace what npm ci adds.
            return status.split("\n").some((line) => line !== "" && !/^\?\? (node_modules|dist)$/.test(line));
        });
    }

    /** A file that the last job left for later steps. */
    result(name: string): string {
        return readFileSync(this.at(`temp-${this.#jobs}`, name), "utf8");
    }

    /** Folders with tokens that jobs left in their temporary folders. */
    leftInTemp(): string[] {
        return Array.from({ length: this.#jobs }, (_, i) => this.at(`temp-${i + 1}`)).flatMap((folder) =>
            readdirSync(folder).filter((name) => name.startsWith("flink.")),
        );
    }

    /** The calls of gh, and the texts that they would have sent to GitHub. */
    githubCalls(): string {
        return existsSync(this.at("gh.log")) ? readFileSync(this.at("gh.log"), "utf8") : "";
    }

    /** Sets the answer of gh to `gh issue list` and `gh api …/comments`. */
    answer(what: "issues" | "comments", value: unknown): void {
        writeFileSync(this.at(`gh-${what}.json`), JSON.stringify(value));
    }

    /** A clone after `npm ci`, the job's own temporary folder, and the environment of the runner. */
    #machine({ env = {} }: JobOptions): Machine {
        const number = ++this.#jobs;
        const checkout = this.at(`checkout-${number}`);
        execFileSync("git", ["clone", "-q", this.at("repository"), checkout]);
        symlinkSync(this.at("dist"), join(checkout, "dist"), "dir");
        symlinkSync(this.at("node_modules"), join(checkout, "node_modules"), "dir");
        const temp = this.at(`temp-${number}`);
        mkdirSync(temp);
        return {
            checkout,
            temp,
            env: {
                PATH: `${this.at("bin")}:${process.env.PATH}`,
                // Each runner is a new machine: only the plugins are shared.
                HOME: temp,
                PULUMI_HOME: this.#home(number),
                PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
                ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job-token",
                ACTIONS_ID_TOKEN_REQUEST_URL: `${this.#tokenEndpoint.url}/token?x=1`,
                VAULT_SERVER_URL: this.#vault.url,
                VAULT_SERVER_TOKEN: "vault-token",
                ...env,
            },
        };
    }

    /** The machine of a GitLab job: without GitHub's token endpoint, but with a token that GitLab has fetched. */
    async gitlabMachine(): Promise<Machine> {
        const machine = this.#machine({});
        const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: _, ACTIONS_ID_TOKEN_REQUEST_URL: __, ...env } = machine.env;
        return { ...machine, env: { ...env, CONFLUENT_TOKEN: await this.#tokenEndpoint.issueToken() } };
    }

    #home(number: number): string {
        const home = this.at(`home-${number}`);
        mkdirSync(home);
        symlinkSync("missing" in engine ? "" : engine.plugins, join(home, "plugins"), "dir");
        return home;
    }

    /** A repository with two commits: first the program, then its stacks. */
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
        // The build without its sources, so that it cannot be older than they are.
        cpSync(join(root, "dist"), this.at("dist"), { recursive: true });
        copyFileSync(join(root, "package.json"), this.at("package.json"));
        symlinkSync(join(root, "node_modules"), this.at("node_modules"), "dir");
    }
}

/** The result of a job. Throws an error with the log if the job failed. */
export async function succeed(job: Promise<JobResult>): Promise<JobResult> {
    const result = await job;
    if (result.exitCode !== 0) throw new Error(`exit code ${result.exitCode}\n${result.log}`);
    return result;
}
