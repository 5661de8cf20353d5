import { execFileSync, spawn } from "node:child_process";
import {
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
import type { Emulator } from "../../emulator";
import { engine, type PulumiRun, type StoredResource } from "./pulumiProject";

const repository = join(__dirname, "..", "..");
const { version } = require("../../package.json");

/** The archives that a GitHub release has, in a folder of their own. */
export function releaseArchives(): string {
    const folder = mkdtempSync(join(tmpdir(), "confluent-flink-release-"));
    execFileSync(process.execPath, [join(repository, "plugin", "bundle.mjs"), folder], { stdio: "inherit" });
    return folder;
}

/**
 * A project in an empty folder, on a machine that has Pulumi, the official plugin and the plugin of a release, and nothing else of
 * this repository. Backend and home are its own.
 */
export class StrangerProject {
    readonly folder: string;
    readonly #emulator: Emulator;
    readonly #env: Readonly<Record<string, string>>;

    /** `env`: variables beside PATH, HOME and Pulumi's. */
    constructor(emulator: Emulator, env: Readonly<Record<string, string>> = {}) {
        this.#emulator = emulator;
        this.#env = env;
        this.folder = mkdtempSync(join(tmpdir(), "confluent-flink-stranger-"));
        for (const path of ["home/plugins", "state", "project", "go"])
            mkdirSync(this.#path(path), { recursive: true });
    }

    installOfficial(): void {
        if ("missing" in engine) throw new Error(engine.missing);
        const official = `resource-confluentcloud-v${require("@pulumi/confluentcloud/package.json").version}`;
        // Not a link: Pulumi does not see one.
        cpSync(join(engine.plugins, official), this.#path(`home/plugins/${official}`), { recursive: true });
    }

    /** Installs the official plugin, and this one from the archive of a release. */
    async install(archives: string): Promise<void> {
        this.installOfficial();
        const [os, architecture] = [process.platform, process.arch === "x64" ? "amd64" : process.arch];
        const archive = join(
            archives,
            `pulumi-resource-confluent-flink-v${version}-${os}-${architecture}.tar.gz`,
        );
        await this.do("plugin", "install", "resource", "confluent-flink", version, "--file", archive);
    }

    /** The npm package as npm installs it, with its dependencies, in `node_modules` of a folder. Default: the project's. */
    installPackage(into = this.#path("project")): void {
        const modules = join(into, "node_modules");
        mkdirSync(join(modules, "pulumi-confluent-flink"), { recursive: true });
        for (const name of ["dist", "package.json"]) {
            const to = join(modules, "pulumi-confluent-flink", name);
            cpSync(join(repository, name), to, { recursive: true });
        }
        const dependencies = readdirSync(join(repository, "node_modules"));
        for (const name of dependencies.filter((one) => !one.startsWith(".")))
            symlinkSync(join(repository, "node_modules", name), join(modules, name));
    }

    /** Writes a file of the project. */
    write(name: string, text: string): void {
        mkdirSync(join(this.#path(`project/${name}`), ".."), { recursive: true });
        writeFileSync(this.#path(`project/${name}`), text);
    }

    path(name: string): string {
        return this.#path(`project/${name}`);
    }

    /** Makes the stack `prod`, with the emulator's address. */
    async init(): Promise<void> {
        await this.do("stack", "init", "prod");
        for (const namespace of ["confluentcloud", "confluent-flink"])
            await this.do("config", "set", `${namespace}:endpoint`, this.#emulator.url);
    }

    /** The environment variables of its commands. */
    get env(): Record<string, string> {
        const { PATH, ...others } = this.#env;
        return {
            PATH: [...(PATH ? [PATH] : []), process.env.PATH].join(delimiter),
            HOME: this.folder,
            PULUMI_HOME: this.#path("home"),
            PULUMI_BACKEND_URL: `file://${this.#path("state")}`,
            PULUMI_CONFIG_PASSPHRASE: "engine-tests",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            CONFLUENT_CLOUD_API_KEY: this.#emulator.cloudApiKey,
            CONFLUENT_CLOUD_API_SECRET: this.#emulator.cloudApiSecret,
            ...others,
        };
    }

    /** `pulumi <args>`. */
    run(...args: string[]): Promise<PulumiRun> {
        const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: this.#path("project"),
            env: this.env,
            stdio: ["ignore", "pipe", "pipe"],
        });
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

    /** The same, which has to succeed. */
    async do(...args: string[]): Promise<PulumiRun> {
        const run = await this.run(...args);
        if (run.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${run.code}:\n${run.text}`);
        return run;
    }

    up(...args: string[]): Promise<PulumiRun> {
        return this.do("up", "--yes", "--skip-preview", ...args);
    }

    async outputs(): Promise<Record<string, unknown>> {
        return JSON.parse((await this.do("stack", "output", "--json", "--show-secrets")).stdout);
    }

    /** Resources of the checkpoint, by the last part of their type. */
    stored(type: string): StoredResource[] {
        const name = /^name: *(\S+)/m.exec(readFileSync(this.path("Pulumi.yaml"), "utf8"))?.[1];
        const file = this.#path(`state/.pulumi/stacks/${name}/prod.json`);
        const resources: StoredResource[] =
            JSON.parse(readFileSync(file, "utf8")).checkpoint.latest.resources ?? [];
        return resources.filter((resource) => resource.type.endsWith(`:${type}`));
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    #path(name: string): string {
        return join(this.folder, name);
    }
}
