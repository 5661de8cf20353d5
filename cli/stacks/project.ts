import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { CommandFailure, wrongUsage } from "../exitCodes";
import { wrongValue } from "../optionValues";

/** The Pulumi project that a command works in. */
export interface Project {
    /** Folder of Pulumi.yaml. */
    readonly root: string;
    /** Namespace of the project's own config: `confluent-flink`. */
    readonly name: string;
    /** Folder of the stack files: `stackConfigDir` of Pulumi.yaml. */
    readonly stacksFolder: string;
    /** Extension of the project file and, as in Pulumi, of the stack files: `yaml`, or `yml` for Pulumi.yml. */
    readonly extension: "yaml" | "yml";
    /**
     * The types of the config that Pulumi.yaml declares, by name without namespace: `string`, `boolean`, `integer`, `number`,
     * `array` or `object`; undefined if the type is not declared.
     */
    readonly declared: ReadonlyMap<string, string | undefined>;
}

/** Whether the project is this package's own program. Only then are the keys in the stack files known. */
export function isOwnProgram({ declared }: Project): boolean {
    return declared.has("environmentId") && declared.has("regions");
}

/** Throws for a user's own program, because its config is not known here. */
export function requireOwnProgram(project: Project, command: string): void {
    if (isOwnProgram(project)) return;
    throw wrongUsage(
        `${command} works only with this package's own program: ${join(project.root, "Pulumi.yaml")} does not declare the config environmentId and regions. In a program of your own, use report, find, strays, verify, drift, env and preflight --environment.`,
    );
}

/** The project of `folder`: the nearest Pulumi.yaml in this folder or above it. `option` is where the user has set the folder. */
export function findProject(folder: string, option = "--cwd"): Project {
    for (let at = resolve(folder); ; at = dirname(at)) {
        const file = ["Pulumi.yaml", "Pulumi.yml"]
            .map((name) => join(at, name))
            .find((one) => existsSync(one));
        if (file !== undefined) return readProject(at, file);
        if (dirname(at) === at) {
            throw wrongUsage(
                `${folder === "." ? "There is no Pulumi.yaml here" : `${option}: got ${resolve(folder)}, but there is no Pulumi.yaml there`} nor in a folder above it: ${option === "--cwd" ? "run the command in a Pulumi project, or give its folder with --cwd" : "expected the folder of a Pulumi project"}`,
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
    const declared = new Map(
        Object.entries(Object(content.config)).map(([name, value]) => {
            // `name: value` is short for `name: { default: value }`.
            const { type } = Object(value) as { type?: string };
            return [name.replace(/^[^:]*:/, ""), type];
        }),
    );
    const project: Project = {
        root,
        name: String(content.name ?? ""),
        extension: file.endsWith(".yml") ? "yml" : "yaml",
        stacksFolder: join(root, String(content.stackConfigDir ?? ".")),
        declared,
    };
    // The program's only key that may be absent. Pulumi.yaml can declare no such key, and describes it in a comment.
    if (isOwnProgram(project)) declared.set("roles", undefined);
    return project;
}

/** Stacks by name, from the files `Pulumi.<stack>.yaml`, in alphabetical order. */
export function listStacks(project: Project): { stack: string; file: string }[] {
    return stackFileNames(project)
        .map((name) => ({ stack: stackOfFileName(name, project), file: join(project.stacksFolder, name) }))
        .filter((entry): entry is { stack: string; file: string } => entry.stack !== undefined);
}

/** The file of a stack that the user has named in `option`. `instead` is what else may be given. */
export function stackFileOf(
    project: Project,
    option: string,
    name: string | undefined,
    instead = "",
): string {
    const stacks = listStacks(project);
    const found = stacks.find(({ stack }) => stack === name);
    if (found !== undefined) return found.file;
    const names = stacks.map(({ stack }) => stack).join(", ") || "(there is none)";
    throw wrongValue(option, name, `one of ${names}${instead}`);
}

/** Every YAML file in the folder of the stack files, except Pulumi.yaml and the settings of Pulumi Deployments. */
export function stackFileNames(project: Project): string[] {
    if (!existsSync(project.stacksFolder)) return [];
    const inOwnFolder = project.stacksFolder !== project.root;
    return readdirSync(project.stacksFolder)
        .filter((name) => /\.ya?ml$/.test(name) && (inOwnFolder || name.startsWith("Pulumi.")))
        .filter((name) => !/^Pulumi\.ya?ml$/.test(name) && !/\.deploy\.ya?ml$/.test(name))
        .sort();
}

/** `prod` from `Pulumi.prod.yaml`; undefined if Pulumi would not find the file. */
export function stackOfFileName(name: string, { extension }: Pick<Project, "extension">): string | undefined {
    const match = /^Pulumi\.([A-Za-z0-9_.-]{1,100})\.(ya?ml)$/.exec(name);
    return match?.[2] === extension ? match[1] : undefined;
}
