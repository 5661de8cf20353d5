import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { findEngine } from "../../demo/engineDeployment";
import {
    credentialsOf,
    EngineHome,
    outcome,
    type PulumiRun,
    type StoredResource,
} from "../../demo/engineHome";
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

/**
 * A copy of this project in a temporary folder, with a file backend and a home of its own there: neither the stacks
 * of the repository nor the user's login, state or workspaces are touched. Several stacks may live in it.
 */
export class PulumiProject extends EngineHome {
    readonly #emulator: Emulator;
    /** Folder of the plugin's executable. */
    #onPath: string | undefined;

    /** @param program replaces the project's own, and its config schema: JavaScript of a CommonJS module. */
    constructor(emulator: Emulator, program?: string) {
        if ("missing" in engine) throw new Error(engine.missing);
        super(engine.plugins);
        this.#emulator = emulator;
        const project = this.path("project");
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

    /**
     * From now on, what the program imports from this package are resources of the plugin, which is on the PATH. `folder`: that of
     * its executable. Default: one that runs the present build.
     */
    usePlugin(folder?: string): void {
        const components = this.path("project/dist/components/index.js");
        writeFileSync(components, `module.exports = require(${JSON.stringify(pluginSdk)});`);
        if (folder === undefined) {
            mkdirSync(this.path("bin"));
            const executable = this.path("bin/pulumi-resource-confluent-flink");
            writeFileSync(executable, `#!/bin/sh\nexec node ${repository}/dist/plugin/main.js "$@"\n`);
            chmodSync(executable, 0o755);
        }
        this.#onPath = folder ?? this.path("bin");
    }

    /** The program declares dynamic resources again. The plugin stays on the PATH. */
    leavePlugin(): void {
        const components = join("dist", "components", "index.js");
        cpSync(join(repository, components), join(this.path("project"), components));
    }

    /** Makes a stack that holds nothing. */
    async init(stack: string): Promise<void> {
        await this.pulumi(["stack", "init", stack, "--no-select"]);
    }

    /**
     * Writes the stack's config, lists and objects as they are. The endpoint is added; credentials come as environment
     * variables of each run.
     */
    configure(stack: string, config: Readonly<Record<string, unknown>>): void {
        const { url } = this.#emulator;
        this.writeConfig(`project/stacks/Pulumi.${stack}.yaml`, {
            "confluentcloud:endpoint": url,
            ...(this.#onPath !== undefined && { "confluent-flink:endpoint": url }),
            ...config,
        });
    }

    /** `pulumi <args> --stack <stack>`. Credentials are the emulator's unless `env` says otherwise. */
    run(
        stack: string,
        args: readonly string[],
        env: Readonly<Record<string, string>> = credentialsOf(this.#emulator),
    ): Promise<PulumiRun> {
        return this.tryTo([...args, "--stack", stack], { env });
    }

    /** `pulumi <args>`, for a command that names its stacks itself. */
    command(...args: string[]): Promise<PulumiRun> {
        return this.tryTo(args);
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
        // A process group of its own, as a shell makes one for each command.
        const env = credentialsOf(this.#emulator);
        const child = this.spawn([...args, "--stack", stack], { env, detached: true });
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
        return this.storedIn("confluent-flink", stack, type);
    }

    /** Whether any file that Pulumi wrote holds `text`: state, its history and backups, logs, stack files. */
    anyFileHolds(text: string): boolean {
        return this.anyFile((content) => content.includes(text));
    }

    /** The same for what `holds` looks for. */
    anyFile(holds: (content: Buffer) => boolean): boolean {
        return ["state", "home", "project/stacks"]
            .flatMap((name) =>
                readdirSync(this.path(name), { recursive: true, withFileTypes: true }).filter((f) =>
                    f.isFile(),
                ),
            )
            .some((file) => holds(readFileSync(join(file.parentPath, file.name))));
    }

    #succeeding(stack: string, args: readonly string[]): Promise<PulumiRun> {
        return this.pulumi([...args, "--stack", stack], { env: credentialsOf(this.#emulator) });
    }

    override env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
        const PATH = [...(this.#onPath ? [this.#onPath] : []), process.env.PATH].join(delimiter);
        return super.env({ PATH, ...more });
    }
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
