import { rmSync } from "node:fs";
import { relative } from "node:path";
import { CommandFailure, exitCodes } from "../exitCodes";
import { printJson, printLine } from "../output";
import { askRegionsWith } from "./askRegions";
import { type CheckReport, checkStacks } from "./checkStacks";
import { writeNewStack } from "./newStack";
import { findProject, type Project } from "./project";
import { changedStacks, selectStacks } from "./selectStacks";

interface NewOptions {
    readonly environment: string;
    readonly region: readonly string[];
    readonly from?: string;
    readonly cwd: string;
    readonly json?: boolean;
}

/** `stacks new` */
export async function runNew(stack: string, options: NewOptions): Promise<void> {
    const project = findProject(options.cwd);
    const { environment: environmentId, region: regions, from } = options;
    const written = writeNewStack(project, { stack, environmentId, regions, from });
    const report = await checkStacks(project, process.cwd(), async () => undefined, stack);
    const mistakes = report.mistakes.filter((mistake) => mistake.stack === stack);
    const file = relative(process.cwd(), written.file);
    if (mistakes.length > 0) {
        rmSync(written.file);
        const told = mistakes.map(({ message }) => `  ${message}`).join("\n");
        throw new CommandFailure(`${file} was not written, it would be wrong:\n${told}`, exitCodes.found);
    }
    if (options.json) printJson({ file, leftOut: written.leftOut, mistakes });
    else {
        printLine(`${file} written.`);
        for (const { key, reason } of written.leftOut) printLine(`  not taken over: ${key}, ${reason}`);
        printLine(`Next: pulumi stack init ${stack}`);
    }
}

/** `stacks check` */
export async function runCheck(options: { cwd: string; offline?: boolean; json?: boolean }): Promise<void> {
    const report = await check(findProject(options.cwd), options.offline === true);
    if (options.json) printJson(report);
    else for (const { file, line, message } of report.mistakes) printLine(`${file}:${line}: ${message}`);
    if (report.mistakes.length > 0) {
        throw new CommandFailure(summary(report), exitCodes.found);
    }
    if (!options.json) printLine(summary(report));
}

/** `stacks list` */
export async function runList(
    patterns: readonly string[],
    options: { cwd: string; changedSince?: string; json?: boolean },
): Promise<void> {
    const project = findProject(options.cwd);
    const selected = selectStacks(project, patterns);
    const stacks = options.changedSince ? changedStacks(project, selected, options.changedSince) : selected;
    if (options.json) printJson(stacks);
    else for (const stack of stacks) printLine(stack);
}

function check(project: Project, offline: boolean): Promise<CheckReport> {
    return checkStacks(project, process.cwd(), offline ? async () => undefined : askRegionsWith(process.env));
}

function summary({ stacks, mistakes, regionsConfirmed }: CheckReport): string {
    const files = `${stacks.length} stack ${stacks.length === 1 ? "file" : "files"}`;
    if (mistakes.length > 0)
        return `${mistakes.length} ${mistakes.length === 1 ? "mistake" : "mistakes"} in ${files}`;
    const regions =
        regionsConfirmed.length === 0
            ? "regions by their spelling only"
            : `regions of ${regionsConfirmed.length} confirmed by Confluent Cloud`;
    return `${files}, no mistake (${regions})`;
}
