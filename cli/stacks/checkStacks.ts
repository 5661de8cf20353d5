import { relative } from "node:path";
import { checkFile } from "./checkFile";
import { type Project, stackFileNames, stackOfFileName } from "./project";
import { regionProblem } from "./regionNames";
import { stackConflicts, type ValidStack } from "./stackConflicts";
import { type LocatedMistake, readStackFile, type StackFile } from "./stackFile";

/** Lists the Flink regions for a stack's config, or tells why they are not asked for. */
export type ListRegions = (config: StackFile["config"]) => Promise<ReadonlySet<string> | string>;

/** For a check without requests. */
export const offlineReason = "offline";
export const offline: ListRegions = async () => offlineReason;

export interface CheckReport {
    /** Names of the stacks that were checked. */
    readonly stacks: readonly string[];
    /** Sorted by file and line; files are relative to the folder in which the command runs. */
    readonly mistakes: readonly LocatedMistake[];
    /** Stacks whose regions Confluent Cloud confirmed. */
    readonly regionsConfirmed: readonly string[];
    /** Stacks whose regions were checked for spelling only, and why. */
    readonly spellingOnly: readonly { readonly stack: string; readonly reason: string }[];
    /** Why the regions could not be listed; undefined if they were, or if there was no request. */
    readonly notAsked: string | undefined;
}

/**
 * Checks every stack file of a project: first each one, then all against each other. A conflict between two of them is
 * reported for the later one. `newest` counts as the last one.
 */
export async function checkStacks(
    project: Project,
    cwd: string,
    listRegions: ListRegions,
    newest?: string,
): Promise<CheckReport> {
    const mistakes: LocatedMistake[] = [];
    const valid: ValidStack[] = [];
    const stacks: string[] = [];
    const regionsConfirmed: string[] = [];
    const spellingOnly: { stack: string; reason: string }[] = [];
    const isNewest = (name: string): number =>
        Number(newest !== undefined && stackOfFileName(name, project) === newest);
    const names = stackFileNames(project).sort((a, b) => isNewest(a) - isNewest(b));
    for (const name of names) {
        const path = `${project.stacksFolder}/${name}`;
        const stack = stackOfFileName(name, project);
        if (stack === undefined) {
            const message = `got a file name that Pulumi ignores, expected Pulumi.<stack>.${project.extension}, with letters, digits, dots, dashes and underscores in <stack>`;
            mistakes.push({ stack: name, file: path, line: 1, message });
            continue;
        }
        stacks.push(stack);
        const file = readStackFile(path, stack, project.name);
        const { shape, mistakes: found } = checkFile(file, project);
        mistakes.push(...found);
        if (shape) valid.push({ file, shape });
    }
    let notAsked: string | undefined;
    for (const { file, shape } of valid) {
        const known = await listRegions(file.config).catch((error: Error) => {
            notAsked ??= error.message;
            return error.message;
        });
        if (typeof known === "string") spellingOnly.push({ stack: file.stack, reason: known });
        else regionsConfirmed.push(file.stack);
        for (const [i, region] of shape.regions.entries()) {
            const property = `${project.name}:regions[${i}]`;
            const message = regionProblem(region, typeof known === "string" ? undefined : known, property);
            if (message) mistakes.push(file.mistakeAt([`${project.name}:regions`, i], message));
        }
    }
    mistakes.push(...stackConflicts(valid, project.name));
    const sorted = mistakes.map((mistake) => ({ ...mistake, file: relative(cwd, mistake.file) }));
    sorted.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
    return { stacks, mistakes: sorted, regionsConfirmed, spellingOnly, notAsked };
}
