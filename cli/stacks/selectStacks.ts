import { execFileSync } from "node:child_process";
import { basename, dirname, resolve } from "node:path";
import { CommandFailure, wrongUsage } from "../exitCodes";
import { wrongValue } from "../optionValues";
import { listStacks, type Project, stackOfFileName } from "./project";

/** Folders and files that have no effect on a deployment. */
const withoutEffect = [
    /^(docs|__tests__|\.github|deploy|examples|bench|demo|emulator)\//,
    /\.md$/,
    /^(LICENSE|biome\.json|\.gitignore)$/,
];

/** The stacks that match a pattern: `*` matches any characters, `?` matches one. Without a pattern: all stacks. */
export function selectStacks(project: Project, patterns: readonly string[]): string[] {
    const stacks = listStacks(project).map(({ stack }) => stack);
    if (patterns.length === 0) return stacks;
    const selected = new Set<string>();
    for (const pattern of patterns) {
        const matching = stacks.filter((stack) => toRegExp(pattern).test(stack));
        if (matching.length === 0) {
            const all = stacks.join(", ") || "none";
            const wanted = `the name of a stack or a pattern such as "prod-*"; the stacks are ${all}`;
            throw wrongValue("stack", pattern, wanted);
        }
        for (const stack of matching) selected.add(stack);
    }
    return stacks.filter((stack) => selected.has(stack));
}

/**
 * The stacks that are affected by changes since `reference` (a git commit or branch): those whose stack file changed,
 * or all of them if the program changed.
 */
export function changedStacks(project: Project, stacks: readonly string[], reference: string): string[] {
    let output: string;
    try {
        // Without rename detection, so that a renamed file counts under both names.
        const args = ["diff", "--name-only", "--no-renames", "--relative", `${reference}...HEAD`, "--"];
        output = execFileSync("git", args, {
            cwd: project.root,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "pipe"],
        });
    } catch (error) {
        const { stderr, message } = error as Error & { stderr?: unknown };
        const reason = String(stderr ?? message).trim();
        if (/not a git repository/i.test(reason))
            throw wrongUsage(`--changed-since: ${project.root} is not in a git repository`);
        throw new CommandFailure(
            `--changed-since: got "${reference}", expected a commit or branch that this checkout has (actions/checkout: fetch-depth: 0). ${reason.split("\n")[0]}`,
        );
    }
    const changed = output.split("\n").filter((path) => path !== "");
    const touched = new Set<string>();
    for (const path of changed) {
        const file = resolve(project.root, path);
        const isStackFile = dirname(file) === resolve(project.stacksFolder);
        const stack = isStackFile ? stackOfFileName(basename(file), project) : undefined;
        if (stack !== undefined) touched.add(stack);
        else if (!withoutEffect.some((pattern) => pattern.test(path))) return [...stacks];
    }
    return stacks.filter((stack) => touched.has(stack));
}

function toRegExp(pattern: string): RegExp {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
