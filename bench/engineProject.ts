import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { findEngine } from "../demo/engineDeployment";
import { EngineHome } from "../demo/engineHome";
import type { Emulator } from "../emulator";

/** The engine for the scenarios that need one; `missing` says why there is none. */
export const engine = findEngine();

const repository = join(__dirname, "..");

export interface ProjectFiles {
    /** Content of Pulumi.yaml. Default: a Node.js program named `bench`. */
    readonly pulumiYaml?: string;
    /** Source of the program, a CommonJS module. Undefined if Pulumi.yaml names another one. */
    readonly program?: string;
    /** Sources of other modules in the project's folder, by file name. Default: none. */
    readonly modules?: Readonly<Record<string, string>>;
    /** With `typescript`, Pulumi compiles the program in every run. Default `javascript`. */
    readonly language?: "javascript" | "typescript";
    /** Files and folders of the repository to link into the project. Default: none. */
    readonly links?: readonly string[];
    /** A folder to put on the PATH: with the executable of the plugin. Default: none. */
    readonly plugin?: string;
    /** Stack config by full key. The emulator's endpoint is added. */
    readonly config?: Readonly<Record<string, unknown>>;
}

/** The measured parts of a resource in the checkpoint. */
export interface StoredResource {
    readonly type: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
}

/**
 * A Pulumi project with one stack in a temporary folder, which also has its backend and its Pulumi home, so that the
 * user's own are not touched. The package is linked into its node_modules, as it is in `dist/`.
 */
export class EngineProject {
    readonly #home: EngineHome;
    readonly #emulator: Emulator;
    readonly #onPath: readonly string[];
    /** Removes the project if the benchmark is interrupted. */
    readonly #atExit = () => this.remove();

    private constructor(emulator: Emulator, plugins: string, plugin: string | undefined) {
        this.#emulator = emulator;
        this.#onPath = plugin === undefined ? [] : [plugin];
        this.#home = new EngineHome(plugins);
        process.once("exit", this.#atExit);
    }

    /** Creates the project and its empty stack. */
    static async create(emulator: Emulator, files: ProjectFiles): Promise<EngineProject> {
        if ("missing" in engine) throw new Error(engine.missing);
        const project = new EngineProject(emulator, engine.plugins, files.plugin);
        try {
            project.#write(files);
            await project.run(["stack", "init", "bench"]);
            project.#configure(files.config ?? {});
            return project;
        } catch (error) {
            project.remove();
            throw error;
        }
    }

    /** Runs `pulumi <args>` and measures its wall-clock time. If it fails, throws its output. */
    async run(args: readonly string[]): Promise<{ readonly tookMs: number; readonly text: string }> {
        const startMs = performance.now();
        const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: this.#home.path("project"),
            env: {
                PATH: [...this.#onPath, process.env.PATH].join(delimiter),
                ...this.#home.variables(this.#emulator),
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
        if (code !== 0) throw new Error(`pulumi ${args.join(" ")} exited with code ${code}:\n${text}`);
        return { tookMs: performance.now() - startMs, text };
    }

    /** Runs an operation on the stack and returns its time in milliseconds. */
    async time(operation: Operation): Promise<number> {
        return (await this.run(operations[operation])).tookMs;
    }

    /** Path of the checkpoint, which the engine writes. */
    get checkpointFile(): string {
        const stacks = this.#home.path("state/.pulumi/stacks");
        const [project] = readdirSync(stacks) as [string];
        return join(stacks, project, "bench.json");
    }

    /** Size of the checkpoint on disk. */
    checkpointBytes(): number {
        return statSync(this.checkpointFile).size;
    }

    /** The resources in the checkpoint on disk, with encrypted secrets. */
    stored(): StoredResource[] {
        const { checkpoint } = JSON.parse(readFileSync(this.checkpointFile, "utf8"));
        return checkpoint.latest.resources ?? [];
    }

    remove(): void {
        process.off("exit", this.#atExit);
        this.#home.remove();
    }

    #write(files: ProjectFiles): void {
        const scope = this.#home.path("project/node_modules");
        for (const name of files.links ?? []) {
            symlinkSync(join(repository, name), this.#home.path(`project/${name}`));
        }
        if (!files.links?.includes("node_modules")) {
            mkdirSync(scope);
            symlinkSync(join(repository, "node_modules", "@pulumi"), join(scope, "@pulumi"), "dir");
            symlinkSync(repository, join(scope, "pulumi-confluent-flink"), "dir");
        }
        const isTypescript = files.language === "typescript";
        const yaml = `name: bench\nruntime: { name: nodejs, options: { typescript: ${isTypescript} } }\nstackConfigDir: stacks\n`;
        writeFileSync(this.#home.path("project/Pulumi.yaml"), files.pulumiYaml ?? yaml);
        for (const [name, text] of Object.entries(files.modules ?? {})) {
            writeFileSync(this.#home.path(`project/${name}`), text);
        }
        if (files.program !== undefined) {
            writeFileSync(this.#home.path(`project/index.${isTypescript ? "ts" : "js"}`), files.program);
            writeFileSync(this.#home.path("project/package.json"), '{ "name": "bench", "private": true }\n');
        }
    }

    #configure(config: Readonly<Record<string, unknown>>): void {
        const path = this.#home.path("project/stacks/Pulumi.bench.yaml");
        const salt = /^encryptionsalt: .*$/m.exec(readFileSync(path, "utf8"))?.[0] ?? "";
        const { url } = this.#emulator;
        // The plugin's keys read the config of their own package.
        const all = { ...config, "confluentcloud:endpoint": url, "confluent-flink:endpoint": url };
        // JSON is YAML.
        writeFileSync(path, `config: ${JSON.stringify(all)}\n${salt}\n`);
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
