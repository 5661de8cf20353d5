import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { CommandFailure, exitCodes } from "../exitCodes";

/** A key that Pulumi.yaml declares. */
export interface DeclaredKey {
    /** `string`, `boolean`, `integer`, `number`, `array` or `object`; undefined where it names none. */
    readonly type: string | undefined;
    /** What is used where a stack sets nothing. */
    readonly defaultValue: unknown;
}

/** The Pulumi project that a command works in. */
export interface Project {
    /** Folder of Pulumi.yaml. */
    readonly root: string;
    /** Namespace of the project's own config: `confluent-flink`. */
    readonly name: string;
    /** Folder of the stack files: `stackConfigDir` of Pulumi.yaml. */
    readonly stacksFolder: string;
    /** Of the stack files too, as Pulumi has it: `yaml`, or `yml` where the project's own file is Pulumi.yml. */
    readonly extension: "yaml" | "yml";
    /** The config that Pulumi.yaml declares, by name without namespace. */
    readonly declared: ReadonlyMap<string, DeclaredKey>;
}

/** Whether it is this package's own program, whose config keys the stack files hold; a program of one's own has others. */
export function isOwnProgram({ declared }: Project): boolean {
    return declared.has("environmentId") && declared.has("regions");
}

/** Fails at once for a program of one's own, whose config only that program can judge. */
export function requireOwnProgram(project: Project, command: string): void {
    if (isOwnProgram(project)) return;
    throw new CommandFailure(
        `${command} is for this package's own program: ${join(project.root, "Pulumi.yaml")} declares no environmentId and regions in its config. report, find, strays, verify, drift, env and preflight --environment work in a program of your own.`,
        exitCodes.usage,
    );
}

/** The project that `folder` lies in: the nearest Pulumi.yaml at or above it. */
export function findProject(folder: string): Project {
    for (let at = resolve(folder); ; at = dirname(at)) {
        const file = ["Pulumi.yaml", "Pulumi.yml"]
            .map((name) => join(at, name))
            .find((one) => existsSync(one));
        if (file !== undefined) return readProject(at, file);
        if (dirname(at) === at) {
            throw new CommandFailure(
                `${folder === "." ? "There is no Pulumi.yaml here" : `--cwd: got ${resolve(folder)}, and there is no Pulumi.yaml there`} nor above it: run it in a Pulumi project, or name its folder with --cwd`,
                exitCodes.usage,
            );
        }
    }
}

function readProject(root: string, file: string): Project {
    let content: Record<string, unknown>;
    try {
        content = (parse(readFileSync(file, "utf8")) ?? {}) as Record<string, unknown>;
    } catch (error) {
        throw new CommandFailure(`${file}: ${(error as Error).message}`);
    }
    const declared = Object.entries((content.config ?? {}) as Record<string, unknown>).map(
        ([name, value]) => {
            // `name: value` is short for `name: { default: value }`.
            const isLong = typeof value === "object" && value !== null && !Array.isArray(value);
            const { type, default: defaultValue } = (isLong ? value : { default: value }) as {
                type?: string;
                default?: unknown;
            };
            return [name.replace(/^[^:]*:/, ""), { type, defaultValue }] as const;
        },
    );
    return {
        root,
        name: String(content.name ?? ""),
        extension: file.endsWith(".yml") ? "yml" : "yaml",
        stacksFolder: join(root, String(content.stackConfigDir ?? ".")),
        declared: new Map(declared),
    };
}

/** Stacks by name, from the files `Pulumi.<stack>.yaml`, in alphabetical order. */
export function listStacks(project: Project): { stack: string; file: string }[] {
    return stackFileNames(project)
        .map((name) => ({ stack: stackOfFileName(name, project), file: join(project.stacksFolder, name) }))
        .filter((entry): entry is { stack: string; file: string } => entry.stack !== undefined);
}

/** Every YAML file of the stacks' folder but Pulumi.yaml itself and the settings of Pulumi Deployments. */
export function stackFileNames(project: Project): string[] {
    if (!existsSync(project.stacksFolder)) return [];
    const inOwnFolder = project.stacksFolder !== project.root;
    return readdirSync(project.stacksFolder)
        .filter((name) => /\.ya?ml$/.test(name) && (inOwnFolder || name.startsWith("Pulumi.")))
        .filter((name) => !/^Pulumi\.ya?ml$/.test(name) && !/\.deploy\.ya?ml$/.test(name))
        .sort();
}

/** `prod` out of `Pulumi.prod.yaml`; undefined where Pulumi would not find the file. */
export function stackOfFileName(name: string, { extension }: Pick<Project, "extension">): string | undefined {
    const match = /^Pulumi\.([A-Za-z0-9_.-]{1,100})\.(ya?ml)$/.exec(name);
    return match?.[2] === extension ? match[1] : undefined;
}
