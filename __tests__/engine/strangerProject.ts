import { execFileSync } from "node:child_process";
import {
    cpSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { credentialsOf, EngineHome, type PulumiRun, type StoredResource } from "../../demo/engineHome";
import type { Emulator } from "../../emulator";
import { engine } from "./pulumiProject";

const repository = join(__dirname, "..", "..");
const { version } = require("../../package.json");

/** The archives that a GitHub release has, in a folder of their own. */
export function releaseArchives(): string {
    const folder = mkdtempSync(join(tmpdir(), "confluent-flink-release-"));
    execFileSync(process.execPath, [join(repository, "plugin", "bundle.mjs"), folder], { stdio: "inherit" });
    return folder;
}

/** The name of the archive for this machine. */
export const archiveHere = `pulumi-resource-confluent-flink-v${version}-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}.tar.gz`;

/**
 * A project in an empty folder, on a machine that has Pulumi, the official plugin and the plugin of a release, and nothing else of
 * this repository. Backend and home are its own.
 */
export class StrangerProject extends EngineHome {
    readonly #emulator: Emulator;
    readonly #env: Readonly<Record<string, string>>;

    /** `env`: variables beside PATH, HOME and Pulumi's. Its PATH comes before this machine's. */
    constructor(emulator: Emulator, env: Readonly<Record<string, string>> = {}) {
        super();
        mkdirSync(this.path("go"));
        this.#emulator = emulator;
        this.#env = env;
    }

    installOfficial(): void {
        if ("missing" in engine) throw new Error(engine.missing);
        const official = `resource-confluentcloud-v${require("@pulumi/confluentcloud/package.json").version}`;
        // Not a link: Pulumi does not see one.
        cpSync(join(engine.plugins, official), this.path(`home/plugins/${official}`), { recursive: true });
    }

    /** Installs the official plugin, and this one from the archive of a release. */
    async install(archives: string): Promise<void> {
        this.installOfficial();
        const archive = join(archives, archiveHere);
        await this.do("plugin", "install", "resource", "confluent-flink", version, "--file", archive);
    }

    /** The npm package as npm installs it, with its dependencies, in `node_modules` of a folder. Default: the project's. */
    installPackage(into = this.path("project")): void {
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
        const path = this.path(`project/${name}`);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
    }

    /** Makes the stack `prod`, with the emulator's address. */
    async init(): Promise<void> {
        await this.do("stack", "init", "prod");
        for (const namespace of ["confluentcloud", "confluent-flink"])
            await this.do("config", "set", `${namespace}:endpoint`, this.#emulator.url);
    }

    override env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
        const { PATH: first, ...others } = this.#env;
        const PATH = [...(first ? [first] : []), process.env.PATH].join(delimiter);
        return super.env({ PATH, ...credentialsOf(this.#emulator), ...others, ...more });
    }

    /** `pulumi <args>`. */
    run(...args: string[]): Promise<PulumiRun> {
        return this.tryTo(args);
    }

    /** The same, which has to succeed. */
    do(...args: string[]): Promise<PulumiRun> {
        return this.pulumi(args);
    }

    up(...args: string[]): Promise<PulumiRun> {
        return this.do("up", "--yes", "--skip-preview", ...args);
    }

    async outputs(): Promise<Record<string, unknown>> {
        return JSON.parse((await this.do("stack", "output", "--json", "--show-secrets")).stdout);
    }

    /** Resources of the checkpoint, by the last part of their type. */
    stored(type: string): StoredResource[] {
        const yaml = readFileSync(this.path("project/Pulumi.yaml"), "utf8");
        return this.storedIn(/^name: *(\S+)/m.exec(yaml)?.[1] as string, "prod", type);
    }
}
