import { plainText } from "../../confluent/plainText";
import { commandName } from "../commandName";
import { connect } from "../connect";
import { CommandFailure, exitCodes } from "../exitCodes";
import { requireKeyId } from "../optionValues";
import { printJson, printLine } from "../output";
import { loadReport, type ReportSettings, type ReportSource } from "../report/loadReport";
import type { KeyRow, Report } from "../report/report";
import {
    ageText,
    dueText,
    incompleteText,
    nameAndId,
    readinessText,
    rolesText,
    sourcesText,
    statusText,
} from "../report/reportText";
import { dayText } from "../report/timeText";

export interface FindOptions extends ReportSource {
    readonly json?: boolean;
}

/** `find` */
export async function runFind(
    id: string,
    options: FindOptions,
    settings: ReportSettings = {},
): Promise<void> {
    requireKeyId("key", id);
    const report = await loadReport(await connect(options, settings), options, {
        ...settings,
        holders: true,
    });
    const key = report.keys.find((one) => one.id === id);
    if (key === undefined) throw notFound(id, report);
    if (options.json) printJson(key);
    else for (const line of describe(key, report)) printLine(line);
    const notRead = [
        incompleteText(report),
        ...(key.rolesInEnvironment === null ? [unreadRoles(report)] : []),
        ...unsearchedReasons(report),
    ].filter((one) => one !== undefined);
    if (notRead.length > 0) {
        throw new CommandFailure(
            plainText(`${id}: not everything could be read: ${[...new Set(notRead)].join("; ")}`),
            exitCodes.unverified,
        );
    }
}

function notFound(id: string, report: Report): CommandFailure {
    const incomplete = incompleteText(report);
    const sources = `(${sourcesText(report)})`;
    if (incomplete !== undefined || !report.caller.seesEverything) {
        const why = incomplete ?? "the credentials may not be allowed to see every key";
        return new CommandFailure(
            `${id}: not found, but not everything could be read: ${why} ${sources}`,
            exitCodes.unverified,
        );
    }
    return new CommandFailure(
        `${id}: no live Flink API key of this organization has this id, and no state contains it ${sources}. It was deleted, belongs to another organization, or is not a Flink API key`,
        exitCodes.found,
    );
}

function dueWords(key: KeyRow, report: Report): string {
    const text = dueText(key, report.generatedAt);
    if (text === "?") return "not known: the state of its stack was not read";
    return text === "–" ? "no rotation is set" : text;
}

/** Why the roles of the key's owner are not known. */
function unreadRoles({ gaps, caller }: Report): string {
    const gap = gaps.find(({ subject }) => subject === "roleBindings");
    return gap?.reason ?? `${caller.identity} may not be allowed to see the roles of the owner`;
}

/** Why not all states were searched for holders of the key. */
function unsearchedReasons({ gaps }: Report): string[] {
    return gaps
        .filter(({ subject }) => subject === "holders" || subject === "stack")
        .map(({ name, reason }) => (name === undefined ? reason : `${name}: ${reason}`));
}

function describe(key: KeyRow, report: Report): string[] {
    const unsearched = unsearchedReasons(report);
    const lines: string[] = [];
    const add = (name: string, text: string): unknown => lines.push(`${name.padEnd(12)} ${text}`);
    add("key", `${key.id} ${key.displayName && `"${key.displayName}"`}`.trim());
    add("status", `${statusText(key)}${key.live ? "" : ", not listed by Confluent Cloud"}`);
    add("stack", key.stack === null ? "not known" : `${key.stack} ${key.resource ?? ""}`.trim());
    const roles = key.rolesInEnvironment === null ? "not known" : rolesText(key);
    add("owner", `${nameAndId(key.ownerName, key.ownerId)}, roles there: ${roles}`);
    add("scope", `${key.scope}${key.restEndpoint === null ? "" : `, ${key.restEndpoint}`}`);
    add("age", `${ageText(key)}${key.createdAt === null ? "" : `, created ${key.createdAt}`}`);
    add("due", dueWords(key, report));
    add("ready", readinessText(key));
    add("description", key.description || "none");
    for (const note of key.drift ?? []) add("drift", note);
    if (key.holders.length === 0 && unsearched.length === 0)
        add("held by", "no other resource in the states that were read");
    for (const { stack, resource, property, cutOffAt } of key.holders) {
        const until = cutOffAt === null ? "" : `, until ${dayText(cutOffAt)}`;
        add("held by", `${stack} ${resource}, ${property}${until}`);
    }
    for (const reason of unsearched) add("held by", `not known: ${reason}`);
    for (const remedy of key.remedies) add("to do", remedy);
    if (key.status === "managed" || key.status === "superseded") {
        const rotate = `${commandName} rotate --stack ${key.stack?.split("/").at(-1)} --region ${key.region}`;
        add("rotate now", rotate);
        add("if it leaked", `${rotate} --revoke-old`);
    }
    return lines;
}
