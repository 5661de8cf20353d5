import { type ChildProcessByStdio, spawn } from "node:child_process";
import {
    chmodSync,
    cpSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import { findEngine } from "../../demo/engineDeployment";
import type { Emulator } from "../../emulator";
import { kill, processesOf } from "./processesOf";

/** The engine that the tests run; `missing` says why there is none. */
export const engine = findEngine();

const repository = join(__dirname, "..", "..");
const pluginSdk = join(__dirname, "pluginSdk.js");

/**
 * Whether keys are resources of the plugin (`FLINK_KEYS=plugin npx jest __tests__/engine`). Default: dynamic resources, as programs in
 * TypeScript declare them.
 */
export const keysInPlugin = process.env.FLINK_KEYS === "plugin";

/** The type of a FlinkApiKey in a state. */
export const keyType = keysInPlugin
    ? "confluent-flink:index:FlinkApiKey"
    : "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";

/** What the command line of the process that serves the keys contains. */
export const providerProcess = keysInPlugin ? "dist/plugin/main.js" : "cmd/dynamic-provider";

/** `describe` where an engine is there; where it is not, one skipped test that says why. */
export function describeWithEngine(name: string, tests: () => void): void {
    if ("missing" in engine) {
        const reason = `needs a Pulumi engine: ${engine.missing}`;
        process.stderr.write(`Skipped: ${name} ${reason}\n`);
        describe(name, () => it.skip(reason, () => undefined));
    } else {
        describe(name, tests);
    }
}

/** The same for what begins with dynamic resources. */
export const describeDynamic = keysInPlugin ? describe.skip : describeWithEngine;

/** What one run of `pulumi` came to. */
export interface PulumiRun {
    readonly code: number;
    /** stdout and stderr as they came. */
    readonly text: string;
    readonly stdout: string;
}

/** A resource as the stack's checkpoint holds it. */
export interface StoredResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
    readonly initErrors?: readonly string[];
}

/**
 * A copy of this project in a temporary folder, with a file backend and a home of its own there: neither the stacks
 * of the repository nor the user's login, state or workspaces are touched. Several stacks may live in it.
 */
export class PulumiProject {
    readonly folder: string;
    readonly #emulator: Emulator;
    #usesPlugin = false;

    /** @param program replaces the project's own, and its config schema: JavaScript of a CommonJS module. */
    constructor(emulator: Emulator, program?: string) {
        if ("missing" in engine) throw new Error(engine.missing);
        this.#emulator = emulator;
        this.folder = mkdtempSync(join(tmpdir(), "confluent-flink-engine-"));
        const project = this.#path("project");
        for (const path of ["home", "state", "project/stacks"]) {
            mkdirSync(this.#path(path), { recursive: true });
        }
        symlinkSync(engine.plugins, this.#path("home/plugins"), "dir");
        symlinkSync(join(repository, "node_modules"), join(project, "node_modules"), "dir");
        for (const name of ["Pulumi.yaml", "package.json"])
            cpSync(join(repository, name), join(project, name));
        // A copy, not a link: Node would follow a link, and look for sources and packages in the repository.
        cpSync(join(repository, "dist"), join(project, "dist"), { recursive: true });
        if (keysInPlugin) this.usePlugin();
        if (program !== undefined) {
            writeFileSync(join(project, "dist", "index.js"), program);
            const settings = {
                name: "confluent-flink",
                runtime: { name: "nodejs", options: { typescript: false } },
                main: "dist/index.js",
                stackConfigDir: "stacks",
            };
            writeFileSync(join(project, "Pulumi.yaml"), JSON.stringify(settings));
        }
    }

    /** From now on, what the program imports from this package are resources of the plugin, which is on the PATH. */
    usePlugin(): void {
        const components = this.#path("project/dist/components/index.js");
        writeFileSync(components, `module.exports = require(${JSON.stringify(pluginSdk)});`);
        mkdirSync(this.#path("bin"));
        const executable = this.#path("bin/pulumi-resource-confluent-flink");
        writeFileSync(executable, `#!/bin/sh\nexec node ${repository}/dist/plugin/main.js "$@"\n`);
        chmodSync(executable, 0o755);
        this.#usesPlugin = true;
    }

    /** The program declares dynamic resources again. The plugin stays on the PATH. */
    leavePlugin(): void {
        const components = join("dist", "components", "index.js");
        cpSync(join(repository, components), join(this.#path("project"), components));
    }

    /** Makes a stack that holds nothing. */
    async init(stack: string): Promise<void> {
        this.#requireSuccess(
            ["stack", "init", stack],
            await this.#run(["stack", "init", stack, "--no-select"]),
        );
    }

    /**
     * Writes the stack's config, lists and objects as they are. The endpoint is added; credentials come as environment
     * variables of each run.
     */
    configure(stack: string, config: Readonly<Record<string, unknown>>): void {
        const path = this.#path(`project/stacks/Pulumi.${stack}.yaml`);
        const salt = /^encryptionsalt: .*$/m.exec(readFileSync(path, "utf8"))?.[0] ?? "";
        const endpoint = {
            "confluentcloud:endpoint": this.#emulator.url,
            ...(this.#usesPlugin && { "confluent-flink:endpoint": this.#emulator.url }),
        };
        const all = { ...endpoint, ...config };
        // JSON is YAML.
        writeFileSync(path, `config: ${JSON.stringify(all)}\n${salt}\n`);
    }

    /** `pulumi <args> --stack <stack>`. Credentials are the emulator's unless `env` says otherwise. */
    run(
        stack: string,
        args: readonly string[],
        env: Readonly<Record<string, string>> = {
            CONFLUENT_CLOUD_API_KEY: this.#emulator.cloudApiKey,
            CONFLUENT_CLOUD_API_SECRET: this.#emulator.cloudApiSecret,
        },
    ): Promise<PulumiRun> {
        return this.#run([...args, "--stack", stack], env);
    }

    /** `pulumi <args>`, for a command that names its stacks itself. */
    command(...args: string[]): Promise<PulumiRun> {
        return this.#run(args);
    }

    /**
     * `pulumi <args> --stack <stack>`, to be stopped half-way: `interrupt` sends SIGINT to the engine, as a cancelled pipeline
     * does; `signalGroup` sends a signal to all of its process group, as a shell does for Ctrl-C; `killEngine` ends the engine alone, as the out-of-memory killer does; `kill` ends the engine and all that it has started, as a machine does that goes away.
     */
    start(
        stack: string,
        args: readonly string[],
    ): {
        ended: Promise<PulumiRun>;
        text: () => string;
        isOver: () => boolean;
        interrupt: () => void;
        signalGroup: (signal: "SIGINT" | "SIGTERM") => void;
        killEngine: () => void;
        kill: () => void;
    } {
        const env = {
            CONFLUENT_CLOUD_API_KEY: this.#emulator.cloudApiKey,
            CONFLUENT_CLOUD_API_SECRET: this.#emulator.cloudApiSecret,
        };
        // A process group of its own, as a shell makes one for each command.
        const child = this.#spawn([...args, "--stack", stack], env, true);
        let text = "";
        child.stdout.on("data", (part) => (text += part));
        child.stderr.on("data", (part) => (text += part));
        return {
            ended: outcome(child),
            text: () => text,
            isOver: () => child.exitCode !== null || child.signalCode !== null,
            interrupt: () => child.kill("SIGINT"),
            signalGroup: (signal) => process.kill(-(child.pid as number), signal),
            killEngine: () => child.kill("SIGKILL"),
            kill: () => {
                child.kill("SIGKILL");
                this.killProcesses();
            },
        };
    }

    /** Ends what runs with this project's folder as its home, such as a provider that outlives its engine. */
    killProcesses(): void {
        for (const pid of processesOf(this.folder)) kill(pid);
    }

    /** `pulumi <args> --yes --skip-preview`, which has to succeed. */
    async do(stack: string, ...args: string[]): Promise<PulumiRun> {
        return this.#succeeding(stack, [...args, "--yes", "--skip-preview"]);
    }

    /** The stack's outputs, secrets in clear. */
    async outputs(stack: string): Promise<Record<string, unknown>> {
        const { stdout } = await this.#succeeding(stack, ["stack", "output", "--json", "--show-secrets"]);
        return JSON.parse(stdout);
    }

    /** What `pulumi stack export` prints. */
    async export(stack: string): Promise<string> {
        return (await this.#succeeding(stack, ["stack", "export"])).stdout;
    }

    /** The resources of one type (its last part, such as `FlinkApiKey`), out of the checkpoint on disk. */
    stored(stack: string, type: string): StoredResource[] {
        const file = this.#path(`state/.pulumi/stacks/confluent-flink/${stack}.json`);
        const resources: StoredResource[] =
            JSON.parse(readFileSync(file, "utf8")).checkpoint.latest.resources ?? [];
        return resources.filter((resource) => resource.type.endsWith(`:${type}`));
    }

    /** Whether any file that Pulumi wrote holds `text`: state, its history and backups, logs, stack files. */
    anyFileHolds(text: string): boolean {
        return this.anyFile((content) => content.includes(text));
    }

    /** The same for what `holds` looks for. */
    anyFile(holds: (content: Buffer) => boolean): boolean {
        return ["state", "home", "project/stacks"]
            .flatMap((name) =>
                readdirSync(this.#path(name), { recursive: true, withFileTypes: true }).filter((f) =>
                    f.isFile(),
                ),
            )
            .some((file) => holds(readFileSync(join(file.parentPath, file.name))));
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    async #succeeding(stack: string, args: readonly string[]): Promise<PulumiRun> {
        return this.#requireSuccess(args, await this.run(stack, args));
    }

    #requireSuccess(args: readonly string[], run: PulumiRun): PulumiRun {
        if (run.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${run.code}:\n${run.text}`);
        return run;
    }

    #run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<PulumiRun> {
        return outcome(this.#spawn(args, env));
    }

    #spawn(args: readonly string[], env: Readonly<Record<string, string>>, detached = false) {
        return spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: this.#path("project"),
            env: this.env(env),
            stdio: ["ignore", "pipe", "pipe"],
            detached,
        });
    }

    /** The environment of each run, and `more`. */
    env(more: Readonly<Record<string, string>>): Record<string, string> {
        return {
            PATH: [...(this.#usesPlugin ? [this.#path("bin")] : []), process.env.PATH].join(delimiter),
            HOME: this.folder,
            PULUMI_HOME: this.#path("home"),
            PULUMI_BACKEND_URL: `file://${this.#path("state")}`,
            PULUMI_CONFIG_PASSPHRASE: "engine-tests",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            ...more,
        };
    }

    #path(name: string): string {
        return join(this.folder, name);
    }
}

function outcome(child: ChildProcessByStdio<null, Readable, Readable>): Promise<PulumiRun> {
    let text = "";
    let stdout = "";
    child.stdout.on("data", (part) => {
        text += part;
        stdout += part;
    });
    child.stderr.on("data", (part) => (text += part));
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve({ code: code ?? 1, text, stdout }));
    });
}

/** The API keys that clients made and that live in the emulator, by region. */
export function liveKeys(emulator: Emulator): Record<string, string> {
    const keys = emulator.state().apiKeys.filter(({ seeded }) => !seeded);
    return Object.fromEntries(keys.map(({ region, id }) => [region, id]));
}

/** What changed something, or tried to, as `POST /iam/v2/api-keys 202`, in the order in which it ended. */
export function writes(emulator: Emulator): string[] {
    return emulator.journal
        .entries()
        .filter(({ method }) => method !== "GET")
        .map(({ method, path, status }) => `${method} ${path} ${status}`);
}

/** A request with the emulator's own Cloud API key, or with the key given: the status of the answer and its body. */
export async function send(
    emulator: Emulator,
    method: string,
    path: string,
    { body, as }: { body?: unknown; as?: { apiKey: string; apiSecret: string } } = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
    const { apiKey, apiSecret } = as ?? { apiKey: emulator.cloudApiKey, apiSecret: emulator.cloudApiSecret };
    const response = await fetch(`${emulator.url}${path}`, {
        method,
        headers: {
            authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString("base64")}`,
            "content-type": "application/json",
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: text === "" ? {} : JSON.parse(text) };
}
