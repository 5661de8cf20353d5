import { spawn } from "node:child_process";
import {
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEngine } from "../demo/engineDeployment";
import type { Emulator } from "../emulator";

/** The engine that carries the engine scenarios; `missing` says why there is none. */
export const engine = findEngine();

const repository = join(__dirname, "..");

export interface ProjectFiles {
    /** Pulumi.yaml. Default: that of a Node program named `bench`. */
    readonly pulumiYaml?: string;
    /** Text of the program, a CommonJS module. None where Pulumi.yaml names another. */
    readonly program?: string;
    /** Texts of modules beside it, by file name. Default: none. */
    readonly modules?: Readonly<Record<string, string>>;
    /** `typescript` has Pulumi check and translate the program at every run. Default `javascript`. */
    readonly language?: "javascript" | "typescript";
    /** Names in the repository that are linked into the project. Default: none. */
    readonly links?: readonly string[];
    /** Stack config by full key, beside the emulator's endpoint. */
    readonly config?: Readonly<Record<string, unknown>>;
}

/** One resource of a checkpoint, as far as it is measured. */
export interface StoredResource {
    readonly type: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
}

/**
 * A Pulumi project with one stack in a temporary folder, with a file backend and a home of its own there: nothing of
 * the user's is read or written. The package is linked into its node_modules, as it stands in `dist/`.
 */
export class EngineProject {
    readonly #folder: string;
    readonly #emulator: Emulator;
    /** A run that is broken off leaves nothing behind either. */
    readonly #atExit = () => this.remove();

    private constructor(emulator: Emulator) {
        this.#emulator = emulator;
        this.#folder = mkdtempSync(join(tmpdir(), "confluent-flink-bench-"));
        process.once("exit", this.#atExit);
    }

    /** Makes the project and its empty stack. */
    static async create(emulator: Emulator, files: ProjectFiles): Promise<EngineProject> {
        if ("missing" in engine) throw new Error(engine.missing);
        const made = new EngineProject(emulator);
        try {
            made.#write(files, engine.plugins);
            await made.run(["stack", "init", "bench"]);
            made.#configure(files.config ?? {});
            return made;
        } catch (error) {
            made.remove();
            throw error;
        }
    }

    /** `pulumi <args>` with the wall-clock time it took. Throws what it printed where it fails. */
    async run(args: readonly string[]): Promise<{ readonly tookMs: number; readonly text: string }> {
        const startMs = performance.now();
        const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: this.#path("project"),
            env: {
                PATH: process.env.PATH,
                HOME: this.#folder,
                PULUMI_HOME: this.#path("home"),
                PULUMI_BACKEND_URL: `file://${this.#path("state")}`,
                PULUMI_CONFIG_PASSPHRASE: "bench",
                PULUMI_SKIP_UPDATE_CHECK: "true",
                PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
                CONFLUENT_CLOUD_API_KEY: this.#emulator.cloudApiKey,
                CONFLUENT_CLOUD_API_SECRET: this.#emulator.cloudApiSecret,
            },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let text = "";
        child.stdout.on("data", (part) => (text += part));
        child.stderr.on("data", (part) => (text += part));
        const code = await new Promise<number | null>((resolve, reject) => {
            child.once("error", reject);
            child.once("close", resolve);
        });
        if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${text}`);
        return { tookMs: performance.now() - startMs, text };
    }

    /** One of the operations that are timed, on the stack as it stands. */
    async time(operation: Operation): Promise<number> {
        return (await this.run(operations[operation])).tookMs;
    }

    /** Where the engine writes its checkpoint. */
    get checkpointFile(): string {
        const stacks = this.#path("state/.pulumi/stacks");
        const [project] = readdirSync(stacks) as [string];
        return join(stacks, project, "bench.json");
    }

    /** Size of the checkpoint on disk. */
    checkpointBytes(): number {
        return statSync(this.checkpointFile).size;
    }

    /** The resources out of the checkpoint on disk, as they are stored: secrets encrypted. */
    stored(): StoredResource[] {
        const { checkpoint } = JSON.parse(readFileSync(this.checkpointFile, "utf8"));
        return checkpoint.latest.resources ?? [];
    }

    remove(): void {
        process.off("exit", this.#atExit);
        rmSync(this.#folder, { recursive: true, force: true });
    }

    #write(files: ProjectFiles, plugins: string): void {
        const scope = this.#path("project/node_modules");
        for (const path of ["home", "state", "project/stacks"]) {
            mkdirSync(this.#path(path), { recursive: true });
        }
        symlinkSync(plugins, this.#path("home/plugins"), "dir");
        for (const name of files.links ?? []) {
            symlinkSync(join(repository, name), this.#path(`project/${name}`));
        }
        if (!files.links?.includes("node_modules")) {
            mkdirSync(scope);
            symlinkSync(join(repository, "node_modules", "@pulumi"), join(scope, "@pulumi"), "dir");
            symlinkSync(repository, join(scope, "pulumi-confluent-flink"), "dir");
        }
        const isTypescript = files.language === "typescript";
        const yaml = `name: bench\nruntime: { name: nodejs, options: { typescript: ${isTypescript} } }\nstackConfigDir: stacks\n`;
        writeFileSync(this.#path("project/Pulumi.yaml"), files.pulumiYaml ?? yaml);
        for (const [name, text] of Object.entries(files.modules ?? {})) {
            writeFileSync(this.#path(`project/${name}`), text);
        }
        if (files.program !== undefined) {
            writeFileSync(this.#path(`project/index.${isTypescript ? "ts" : "js"}`), files.program);
            writeFileSync(this.#path("project/package.json"), '{ "name": "bench", "private": true }\n');
        }
    }

    #configure(config: Readonly<Record<string, unknown>>): void {
        const path = this.#path("project/stacks/Pulumi.bench.yaml");
        const salt = /^encryptionsalt: .*$/m.exec(readFileSync(path, "utf8"))?.[0] ?? "";
        const all = { ...config, "confluentcloud:endpoint": this.#emulator.url };
        // JSON is YAML.
        writeFileSync(path, `config: ${JSON.stringify(all)}\n${salt}\n`);
    }

    #path(name: string): string {
        return join(this.#folder, name);
    }
}

const operations = {
    up: ["up", "--yes", "--skip-preview"],
    "no-op preview": ["preview"],
    "no-op up": ["up", "--yes", "--skip-preview"],
    refresh: ["refresh", "--yes", "--skip-preview"],
    destroy: ["destroy", "--yes", "--skip-preview"],
} as const;

export type Operation = keyof typeof operations;
