import { rmSync } from "node:fs";
import { relative } from "node:path";
import { counted } from "../counted";
import { CommandFailure, exitCodes } from "../exitCodes";
import { printJson, printLine, printNote } from "../output";
import { type CheckReport, checkStacks, offline, offlineReason } from "./checkStacks";
import { type NewOptions, writeNewStack } from "./newStack";
import { findProject, listStacks, requireOwnProgram } from "./project";
import { regionLister } from "./regionLister";
import { changedStacks, selectStacks } from "./selectStacks";

/** `stacks new` */
export async function runNew(stack: string, options: NewOptions): Promise<void> {
    const project = findProject(options.cwd);
    requireOwnProgram(project, "stacks new");
    const written = writeNewStack(project, stack, options);
    const report = await checkStacks(project, process.cwd(), offline, stack);
    const mistakes = report.mistakes.filter((mistake) => mistake.stack === stack);
    const file = relative(process.cwd(), written.file);
    if (mistakes.length > 0) {
        rmSync(written.file);
        const messages = mistakes.map(({ message }) => withOptionName(message, project.name));
        const isUsage = messages.every((message) => message.startsWith("--"));
        throw new CommandFailure(
            `${file} not written: it would be invalid:\n${messages.map((message) => `  ${message}`).join("\n")}`,
            isUsage ? exitCodes.usage : exitCodes.found,
        );
    }
    if (options.json) printJson({ file, leftOut: written.leftOut, mistakes });
    else {
        printLine(`${file} written.`);
        for (const { key, reason } of written.leftOut) printLine(`  not copied: ${key}, ${reason}`);
        if (written.grantsOrganizationAdmin) {
            printLine(
                "It grants OrganizationAdmin, the default. --role FlinkDeveloper grants far less (docs/roles.md).",
            );
        }
        printLine(`Next: pulumi stack init ${stack}`);
    }
}

/** Replaces the config key in a message with the option that it was set from. */
function withOptionName(message: string, project: string): string {
    // A conflict with another stack is not a mistake in an option.
    if (/which stack|for which/.test(message)) return message;
    return message
        .replace(`${project}:environmentId: `, "--environment: ")
        .replace(new RegExp(`^${project}:regions(\\[\\d+\\])?: `), "--region: ")
        .replace(new RegExp(`^${project}:roles(\\[\\d+\\])?: `), "--role: ");
}

/** `stacks check` */
export async function runCheck(options: { cwd: string; offline?: boolean; json?: boolean }): Promise<void> {
    const project = findProject(options.cwd);
    requireOwnProgram(project, "stacks check");
    const report = await checkStacks(
        project,
        process.cwd(),
        options.offline ? offline : regionLister(process.env),
    );
    if (report.stacks.length === 0) printNote(`There are no stack files in ${project.stacksFolder}.`);
    if (options.json) printJson(report);
    else for (const { file, line, message } of report.mistakes) printLine(`${file}:${line}: ${message}`);
    if (report.mistakes.length > 0) {
        throw new CommandFailure(summary(report), exitCodes.found);
    }
    if (!options.json) printLine(summary(report));
    noteSpellingOnly(report);
    if (report.notAsked !== undefined) {
        throw new CommandFailure(
            `The regions could not be checked with Confluent Cloud: ${report.notAsked}`,
            exitCodes.unverified,
        );
    }
}

/** `stacks list` */
export async function runList(
    patterns: readonly string[],
    options: { cwd: string; changedSince?: string; json?: boolean },
): Promise<void> {
    const project = findProject(options.cwd);
    if (listStacks(project).length === 0) printNote(`There are no stack files in ${project.stacksFolder}.`);
    const selected = selectStacks(project, patterns);
    const stacks = options.changedSince ? changedStacks(project, selected, options.changedSince) : selected;
    if (options.json) printJson(stacks);
    else for (const stack of stacks) printLine(stack);
}

/** Which regions were not looked up although nobody asked for that, and why: one line for each reason. */
function noteSpellingOnly({ spellingOnly, notAsked }: CheckReport): void {
    for (const reason of new Set(spellingOnly.map((one) => one.reason))) {
        if (reason === offlineReason || reason === notAsked) continue;
        const names = spellingOnly.filter((one) => one.reason === reason).map(({ stack }) => stack);
        printNote(`Spelling only: ${names.join(", ")}. ${reason}.`);
    }
}

function summary({ stacks, mistakes, regionsConfirmed, spellingOnly }: CheckReport): string {
    const files = counted(stacks.length, "stack file");
    if (mistakes.length > 0) return `${counted(mistakes.length, "mistake")} in ${files}`;
    const others = spellingOnly.length === 0 ? "" : `, of ${spellingOnly.length} checked for spelling only`;
    const regions =
        regionsConfirmed.length === 0
            ? "region names checked for spelling only"
            : `regions of ${regionsConfirmed.length} confirmed by Confluent Cloud${others}`;
    return `${files}, no mistakes (${regions})`;
}
