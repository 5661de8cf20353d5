import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** The credentials with which a run reaches the emulator. */
interface CloudKey {
    readonly cloudApiKey: string;
    readonly cloudApiSecret: string;
}

/** The result of a run of `pulumi`. */
export interface PulumiRun {
    readonly code: number;
    /** Standard output and standard error, in the order in which they came. */
    readonly text: string;
    readonly stdout: string;
}

/** A resource in the checkpoint of a stack. */
export interface StoredResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
    readonly initErrors?: readonly string[];
}

interface RunOptions {
    /** Variables beside those of {@link EngineHome.env}. Default: none. */
    readonly env?: Readonly<Record<string, string>>;
    /** Default: `project`. */
    readonly cwd?: string;
    /** Whether it gets a process group of its own. Default `false`. */
    readonly detached?: boolean;
}

/**
 * A home and a file backend of Pulumi in a temporary folder, beside a folder for the project, so that the user's own login, stacks and
 * workspaces are not touched.
 */
export class EngineHome {
    readonly folder: string;

    /** @param plugins the folder of the plugins that are installed already. Default: none are */
    constructor(plugins?: string) {
        this.folder = mkdtempSync(join(tmpdir(), "confluent-flink-engine-"));
        for (const name of ["home", "state", "project/stacks"])
            mkdirSync(this.path(name), { recursive: true });
        if (plugins === undefined) mkdirSync(this.path("home/plugins"));
        else symlinkSync(plugins, this.path("home/plugins"), "dir");
    }

    /** A path in the folder: `project/Pulumi.yaml`. */
    path(name: string): string {
        return join(this.folder, name);
    }

    /** The environment of a run: Pulumi's home and backend, and `more`. */
    env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
        return {
            PATH: String(process.env.PATH),
            HOME: this.folder,
            PULUMI_HOME: this.path("home"),
            PULUMI_BACKEND_URL: `file://${this.path("state")}`,
            PULUMI_CONFIG_PASSPHRASE: "emulator",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            ...more,
        };
    }

    /** Starts `pulumi <args>`. */
    spawn(args: readonly string[], options: RunOptions = {}): ChildProcessByStdio<null, Readable, Readable> {
        return spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: options.cwd ?? this.path("project"),
            env: this.env(options.env),
            stdio: ["ignore", "pipe", "pipe"],
            detached: options.detached ?? false,
        });
    }

    /** Runs `pulumi <args>`. */
    tryTo(args: readonly string[], options?: RunOptions): Promise<PulumiRun> {
        return outcome(this.spawn(args, options));
    }

    /** The same. Rejects with its output if it fails. */
    async pulumi(args: readonly string[], options?: RunOptions): Promise<PulumiRun> {
        const run = await this.tryTo(args, options);
        if (run.code === 0) return run;
        throw new Error(`pulumi ${args.join(" ")} ended with ${run.code}:\n${run.text}`);
    }

    /** Writes the config of a stack that exists, by full key. Lists and objects stay what they are. */
    writeConfig(file: string, config: Readonly<Record<string, unknown>>): void {
        const path = this.path(file);
        const salt = /^encryptionsalt: .*$/m.exec(readFileSync(path, "utf8"))?.[0] ?? "";
        // JSON is YAML.
        writeFileSync(path, `config: ${JSON.stringify(config)}\n${salt}\n`);
    }

    /** Path of the checkpoint, which the engine writes. */
    checkpointFile(project: string, stack: string): string {
        return this.path(`state/.pulumi/stacks/${project}/${stack}.json`);
    }

    /** The resources in the checkpoint whose type ends with `:<type>`, such as `FlinkApiKey`; secrets are encrypted. */
    storedIn(project: string, stack: string, type: string): StoredResource[] {
        const { checkpoint } = JSON.parse(readFileSync(this.checkpointFile(project, stack), "utf8"));
        const resources: StoredResource[] = checkpoint.latest.resources ?? [];
        return resources.filter((resource) => resource.type.endsWith(`:${type}`));
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** The environment variables that carry the credentials. */
export function credentialsOf({ cloudApiKey, cloudApiSecret }: CloudKey): Record<string, string> {
    return { CONFLUENT_CLOUD_API_KEY: cloudApiKey, CONFLUENT_CLOUD_API_SECRET: cloudApiSecret };
}

/** What a process printed, and its exit code. */
export function outcome(child: ChildProcessByStdio<null, Readable, Readable>): Promise<PulumiRun> {
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
