import { closeSync, openSync, writeSync } from "node:fs";
import { deleteApiKey } from "../../confluent/apiKeys";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { mayBeGone } from "../../confluent/confluentError";
import { plainText } from "../../confluent/plainText";
import { connect } from "../connect";
import { CommandFailure, exitCodes, wrongUsage } from "../exitCodes";
import { requireKeyId } from "../optionValues";
import { printJson, printLine, printNote } from "../output";
import { type Prompt, requirePrompt, terminalPrompt } from "../terminalPrompt";
import { requireWritable } from "../writeFileAtomically";
import { groupBy } from "./groupBy";
import { loadReport, type ReportSource } from "./loadReport";
import type { KeyRow, Report } from "./report";
import { ageText, gapText, incompleteText, nameAndId, sourcesText } from "./reportText";

export interface StraysOptions extends ReportSource {
    readonly delete?: readonly string[];
    /** Reason of the deletion, for the record. */
    readonly reason?: string;
    /** Deletes without asking. */
    readonly yes?: boolean;
    /** File to append the record to. */
    readonly record?: string;
    /** Stacks whose state is lost: `confluent-flink/prod`. */
    readonly lostStack?: readonly string[];
    readonly json?: boolean;
}

/** The state may not contain a younger key yet, because its run is still in progress. */
const youngSeconds = 60 * 60;

/** `strays` */
export async function runStrays(options: StraysOptions, prompt: Prompt = terminalPrompt()): Promise<void> {
    checkUsage(options, prompt);
    const connection = await connect(options);
    const lostStacks = options.lostStack ?? [];
    const report = await loadReport(connection, options, { lostStacks });
    const found = lostStacks.filter((stack) =>
        report.stacks.some(({ name, state }) => name === stack && state === "read"),
    );
    if (found.length > 0) {
        throw wrongUsage(`--lost-stack: got ${found.join(", ")}, whose state was read, so it is not lost`);
    }
    const strays = report.keys.filter((key) => key.status === "stray");
    if (options.delete === undefined) list(report, strays, options.json ?? false);
    else await deleteStrays(connection.api, report, strays, options, prompt);
}

function checkUsage(options: StraysOptions, prompt: Prompt): void {
    for (const stack of options.lostStack ?? []) {
        if (/^[^/\s]+\/[^/\s]+$/.test(stack)) continue;
        throw wrongUsage(
            `--lost-stack: got ${plainText(stack)}, expected project/stack, such as confluent-flink/prod`,
        );
    }
    if (options.delete === undefined) return;
    for (const id of options.delete) requireKeyId("--delete", id);
    if (!options.reason?.trim()) {
        throw wrongUsage(
            '--reason: got nothing, expected the reason for the deletion, for the record: --reason "state of prod was lost"',
        );
    }
    requirePrompt(prompt, options.yes, "the deletion");
    if (options.record !== undefined) requireWritable("--record", options.record);
}

function list(report: Report, strays: readonly KeyRow[], asJson: boolean): void {
    if (asJson) printJson(strays);
    else for (const stray of strays) printLine(describe(stray));
    const others = report.keys.filter((key) => key.live && key.status === "unknown");
    for (const key of others)
        printNote(`Not known whether it is a stray: ${describe(key)}: ${key.remedies[0] ?? ""}`);
    for (const gap of report.gaps) {
        if (gap.subject === "stack" || gap.subject === "keys") printNote(gapText(gap));
    }
    const incomplete = incompleteText(report);
    if (incomplete !== undefined) {
        const none = strays.length === 0 ? "No strays found, but the report is " : "";
        throw new CommandFailure(`${none}${incomplete}`, exitCodes.unverified);
    }
    if (!asJson && strays.length === 0) printLine(`No strays (${sourcesText(report)}).`);
}

/**
 * Checks all given keys before it deletes the first one. It deletes nothing if one of them is not a stray. It also deletes
 * nothing if a state could not be read, because that state may contain any of them.
 */
async function deleteStrays(
    api: ConfluentApi,
    report: Report,
    strays: readonly KeyRow[],
    options: StraysOptions,
    prompt: Prompt,
): Promise<void> {
    const ids = [...new Set(options.delete)];
    const refusals = ids.flatMap((id) => {
        const key = report.keys.find((one) => one.id === id);
        return refusal(id, key, report) ?? [];
    });
    if (refusals.length > 0) throw new CommandFailure(`Nothing was deleted. ${refusals.join(" ")}`);
    requireRightBackend(report, options.lostStack ?? []);
    const unread = report.gaps.filter(({ subject }) => subject === "stack");
    if (unread.length > 0) {
        const names = unread.map(({ name, reason }) => name ?? reason).join(", ");
        throw new CommandFailure(
            `Nothing was deleted: a state that could not be read may contain these keys (${names}).`,
        );
    }
    const chosen = ids.map((id) => strays.find((stray) => stray.id === id) as KeyRow);
    for (const stray of chosen) printNote(`To be deleted: ${describe(stray)}`);
    printNote(`Read from: ${sourcesText(report)}.`);
    if (!options.yes && !(await confirmed(chosen, prompt))) {
        throw new CommandFailure("Nothing was deleted: not confirmed.");
    }
    const file = options.record === undefined ? undefined : openSync(options.record, "a");
    const records: ReturnType<typeof recordOf>[] = [];
    try {
        for (const stray of chosen) {
            await deleteUnlessGone(api, stray.id);
            const record = recordOf(stray, report, options.reason as string);
            records.push(record);
            if (file !== undefined) writeSync(file, `${JSON.stringify(record)}\n`);
            if (!options.json) {
                const { deleted, at, by, reason } = record;
                printLine(`Deleted ${deleted} at ${at} with ${by}: ${reason}`);
            }
        }
    } finally {
        if (file !== undefined) closeSync(file);
    }
    if (options.json) printJson({ deleted: records.map(({ deleted }) => deleted), records });
}

/** A finished key may be in use, so the user must type its id once more, and not only "yes". */
async function confirmed(chosen: readonly KeyRow[], prompt: Prompt): Promise<boolean> {
    if (prompt === undefined) return false;
    const hasFinished = chosen.some(({ unfinished }) => !unfinished);
    const wanted = hasFinished ? (chosen[0] as KeyRow).id : "yes";
    const question = hasFinished
        ? `Workloads that use such a key get 401 at once, and a deleted key cannot be restored. Type ${wanted} to delete: `
        : "Type yes to delete: ";
    return (await prompt(question)).trim() === wanted;
}

/** The record of one deleted key: a line of JSON. */
function recordOf(stray: KeyRow, report: Report, reason: string) {
    const { identity, ownerId } = report.caller;
    return {
        deleted: stray.id,
        at: new Date().toISOString(),
        by: ownerId === null ? identity : `${identity} (${ownerId})`,
        owner: stray.ownerId,
        scope: stray.scope,
        description: stray.description,
        unfinished: stray.unfinished,
        createdAt: stray.createdAt,
        restsOn: sourcesText(report),
        reason,
    };
}

async function deleteUnlessGone(api: ConfluentApi, id: string): Promise<void> {
    try {
        await deleteApiKey(api, id);
    } catch (error) {
        if (!mayBeGone(error)) throw error;
        throw new CommandFailure(
            `${id} was not deleted: it is already gone, or you are not allowed to delete it. ${error.message}`,
        );
    }
}

/**
 * Throws if living keys name stacks that this backend does not have. Then it is probably the wrong backend, and a stack with the
 * name of the right one does not contain its keys.
 */
function requireRightBackend(report: Report, lostStacks: readonly string[]): void {
    const read = report.stacks.filter(({ state }) => state === "read").map(({ name }) => name);
    const absent = groupBy(
        report.keys.filter(({ live, status, stack }) => {
            const isRead = read.includes(stack ?? "") || lostStacks.includes(stack ?? "");
            return live && status === "unknown" && stack !== null && !isRead;
        }),
        ({ stack }) => stack,
    );
    if (absent.size === 0) return;
    const named = [...absent].map(([stack, keys]) => `${stack} (${keys.map(({ id }) => id).join(", ")})`);
    const options = [...absent.keys()].map((stack) => `--lost-stack ${stack}`).join(" ");
    throw new CommandFailure(
        plainText(
            `Nothing was deleted: it is probably the wrong backend. Live keys name stacks that were not read there: ${named.join(", ")}. Read from: ${sourcesText(report)}. Log in to the backend of these stacks, or add it with --backend. If their states are certainly lost: ${options}.`,
        ),
    );
}

/** Why a key is not deleted; undefined for a stray that is old enough. */
function refusal(id: string, key: KeyRow | undefined, { stacks }: Report): string | undefined {
    if (key === undefined) return `${plainText(id)}: Confluent Cloud lists no Flink API key with this id.`;
    switch (key.status) {
        case "stray":
            return key.ageSeconds !== null && key.ageSeconds >= youngSeconds
                ? undefined
                : `${id} is ${ageText(key)} old: a pulumi up in progress may not have stored it yet. Try again when it is more than an hour old. The next pulumi up of ${key.stack} deletes the key if it is unfinished.`;
        case "unmanaged":
            return `${id} is not a stray: this package did not create it (its description has no tag).`;
        case "elsewhere":
            return `${id} is not a stray: its description says that ${plainText(String(key.stack))} created it, a stack of another project. Read the states of that project too: --project FOLDER.`;
        case "unknown": {
            const isRead = stacks.some(({ name, state }) => name === key.stack && state === "read");
            const isLost = isRead
                ? ""
                : ` If that state is certainly lost: --lost-stack ${key.stack ?? "project/stack"}.`;
            return `${id}: not known whether it is a stray: ${key.remedies[0]}${isLost}`;
        }
        default:
            return `${id} is not a stray: it is ${key.status}, in the state of ${key.stack} ${key.resource}.`;
    }
}

/** `ABCDEFGH12345678  flink (sa-111aaa)  env-abc123.aws.us-east-2  40 d old  (confluent-flink/prod …; finished, may be in use)` */
function describe(key: KeyRow): string {
    const origin = [key.stack, key.resource].filter(Boolean).join(" ") || "stack not known";
    const use = key.unfinished ? "unfinished, not in use" : "finished, may be in use";
    const isYoung = key.ageSeconds !== null && key.ageSeconds < youngSeconds;
    const young = isYoung ? "; make sure that no pulumi up is in progress" : "";
    const owner = nameAndId(key.ownerName, key.ownerId);
    return `${key.id}  ${owner}  ${key.scope}  ${ageText(key)} old  ${JSON.stringify(key.description)}  (${origin}; ${use}${young})`;
}
