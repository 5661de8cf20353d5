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
    else for (const line of describe(key, report)) printLine(plainText(line));
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
    const stack = key.stack?.split("/").at(-1);
    const isInState = key.status === "managed" || key.status === "superseded";
    const rows: [string, string][] = [
        ["key", `${key.id} ${key.displayName && `"${key.displayName}"`}`.trim()],
        ["status", key.live ? statusText(key) : `${statusText(key)}, not listed by Confluent Cloud`],
        ["stack", key.stack === null ? "not known" : `${key.stack} ${key.resource ?? ""}`.trim()],
        [
            "owner",
            `${nameAndId(key.ownerName, key.ownerId)}, roles there: ${key.rolesInEnvironment === null ? "not known" : rolesText(key)}`,
        ],
        ["scope", `${key.scope}${key.restEndpoint === null ? "" : `, ${key.restEndpoint}`}`],
        ["age", `${ageText(key)}${key.createdAt === null ? "" : `, created ${key.createdAt}`}`],
        ["due", dueWords(key, report)],
        ["ready", readinessText(key)],
        ["description", key.description || "none"],
        ...(key.drift ?? []).map((note): [string, string] => ["drift", note]),
        ...(key.holders.length === 0 && unsearched.length === 0
            ? [["held by", "no other resource in the states that were read"] as [string, string]]
            : []),
        ...key.holders.map((one): [string, string] => [
            "held by",
            `${one.stack} ${one.resource}, ${one.property}${one.cutOffAt === null ? "" : `, until ${dayText(one.cutOffAt)}`}`,
        ]),
        ...unsearched.map((reason): [string, string] => ["held by", `not known: ${reason}`]),
        ...key.remedies.map((remedy): [string, string] => ["to do", remedy]),
        ...(isInState
            ? ([
                  ["rotate now", `${commandName} rotate --stack ${stack} --region ${key.region}`],
                  [
                      "if it leaked",
                      `${commandName} rotate --stack ${stack} --region ${key.region} --revoke-old`,
                  ],
              ] as [string, string][])
            : []),
    ];
    return rows.map(([name, text]) => `${name.padEnd(12)} ${text}`);
}
