import { plainText } from "../../confluent/plainText";
import { isApiKeyId } from "../../confluent/resourceIds";
import { CommandFailure, exitCodes } from "../exitCodes";
import { printJson, printLine } from "../output";
import type { Connection } from "../report/cloudInventory";
import { connect, loadReport, type ReportSource } from "../report/loadReport";
import { commandName } from "../report/remedies";
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
export async function runFind(id: string, options: FindOptions): Promise<void> {
    if (!isApiKeyId(id)) {
        throw new CommandFailure(
            `key: got ${id.length} characters, expected the id of an API key: 16 upper-case letters and digits. Never give a secret`,
            exitCodes.usage,
        );
    }
    const connection: Connection = await connect(options);
    const report = await loadReport(connection, options, { holders: true });
    const key = report.keys.find((one) => one.id === id);
    if (key === undefined) throw notFound(id, report);
    if (options.json) printJson(key);
    else for (const line of describe(key, report)) printLine(plainText(line));
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

function describe(key: KeyRow, report: Report): string[] {
    const stack = key.stack?.split("/").at(-1);
    const isInState = key.status === "managed" || key.status === "superseded";
    const rows: [string, string][] = [
        ["key", `${key.id} ${key.displayName && `"${key.displayName}"`}`.trim()],
        ["status", key.live ? statusText(key) : `${statusText(key)}, not listed by Confluent Cloud`],
        ["stack", key.stack === null ? "not known" : `${key.stack} ${key.resource ?? ""}`.trim()],
        ["owner", `${nameAndId(key.ownerName, key.ownerId)}, roles there: ${rolesText(key)}`],
        ["scope", `${key.scope}${key.restEndpoint === null ? "" : `, ${key.restEndpoint}`}`],
        ["age", `${ageText(key)}${key.createdAt === null ? "" : `, created ${key.createdAt}`}`],
        [
            "due",
            dueText(key, report.generatedAt) === "–"
                ? "no rotation is set"
                : dueText(key, report.generatedAt),
        ],
        ["ready", readinessText(key)],
        ["description", key.description || "none"],
        ...key.drift.map((note): [string, string] => ["drift", note]),
        ...(key.holders.length === 0
            ? [["held by", "no other resource in the states that were read"] as [string, string]]
            : []),
        ...key.holders.map((one): [string, string] => [
            "held by",
            `${one.stack} ${one.resource}, ${one.property}${one.cutOffAt === null ? "" : `, until ${dayText(one.cutOffAt)}`}`,
        ]),
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
