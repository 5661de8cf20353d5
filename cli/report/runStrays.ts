import { deleteApiKey } from "../../confluent/apiKeys";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { mayBeGone } from "../../confluent/confluentError";
import { CommandFailure } from "../exitCodes";
import { printJson, printLine, printNote } from "../output";
import { connect, loadReport, type ReportSource } from "./loadReport";
import { plainText } from "./plainText";
import type { KeyRow, Report } from "./report";
import { ageText, nameAndId } from "./reportText";

export interface StraysOptions extends ReportSource {
    readonly delete?: readonly string[];
    readonly json?: boolean;
}

/** A key this young may be one that a run under way has yet to store. */
const youngSeconds = 60 * 60;

export async function runStrays(options: StraysOptions): Promise<void> {
    const connection = await connect(options);
    const { api } = connection;
    const report = await loadReport(connection, options);
    const strays = report.keys.filter((key) => key.status === "stray");
    for (const { subject, name, reason } of report.gaps) {
        if (subject === "stack")
            printNote(`Stack ${name} could not be read, its keys show as strays: ${reason}`);
    }
    if (options.delete === undefined) list(strays, options.json ?? false);
    else await deleteStrays(api, report, strays, options.delete, options.json ?? false);
}

function list(strays: readonly KeyRow[], asJson: boolean): void {
    if (asJson) printJson(strays);
    else if (strays.length === 0) printLine("No strays.");
    else for (const stray of strays) printLine(describe(stray));
}

/**
 * All the named keys are looked at before the first is deleted: where one of them is no stray, nothing is. A stack whose
 * state could not be read may hold any of them, so that nothing is deleted then either.
 */
async function deleteStrays(
    api: ConfluentApi,
    report: Report,
    strays: readonly KeyRow[],
    named: readonly string[],
    asJson: boolean,
): Promise<void> {
    const ids = [...new Set(named)];
    const refusals = ids
        .filter((id) => !strays.some((stray) => stray.id === id))
        .map((id) =>
            refusal(
                id,
                report.keys.find((key) => key.id === id),
            ),
        );
    if (refusals.length > 0) throw new CommandFailure(`Nothing was deleted. ${refusals.join(" ")}`);
    const unread = report.gaps.filter(({ subject }) => subject === "stack").map(({ name }) => name);
    if (unread.length > 0) {
        throw new CommandFailure(
            `Nothing was deleted: a state that could not be read may hold these keys (${unread.join(", ")}).`,
        );
    }
    const chosen = ids.map((id) => strays.find((stray) => stray.id === id) as KeyRow);
    for (const stray of chosen) printNote(`Deleting ${describe(stray)}`);
    const deleted: string[] = [];
    for (const { id } of chosen) {
        await deleteUnlessGone(api, id);
        deleted.push(id);
        if (!asJson) printLine(`Deleted ${id}`);
    }
    if (asJson) printJson({ deleted });
}

async function deleteUnlessGone(api: ConfluentApi, id: string): Promise<void> {
    try {
        await deleteApiKey(api, id);
    } catch (error) {
        if (!mayBeGone(error)) throw error;
        throw new CommandFailure(
            `${id} was not deleted: it is gone already, or not permitted. ${error.message}`,
        );
    }
}

function refusal(id: string, key: KeyRow | undefined): string {
    if (key === undefined) return `${plainText(id)}: no Flink key of that id is listed by Confluent Cloud.`;
    const why =
        key.status === "unmanaged"
            ? "it was made elsewhere and carries no tag of this package"
            : `it is ${key.status}: ${key.stack} ${key.resource} holds it in its state`;
    return `${id} is no stray: ${why}.`;
}

/** `ABCDEFGH12345678  flink (sa-111aaa)  env-abc123.aws.us-east-2  40 d old  tag of confluent-flink/prod …` */
function describe(stray: KeyRow): string {
    const tag =
        stray.stack === null
            ? "its tag is in no state that was read: a stack elsewhere may hold it"
            : `carries the tag of ${stray.stack} ${stray.resource}`;
    const isYoung = stray.ageSeconds !== null && stray.ageSeconds < youngSeconds;
    const young = isYoung ? "; make sure that no pulumi up is under way" : "";
    const owner = nameAndId(stray.ownerName, stray.ownerId);
    return plainText(`${stray.id}  ${owner}  ${stray.scope}  ${ageText(stray)} old  (${tag}${young})`);
}
