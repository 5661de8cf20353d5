import { plainText } from "../../confluent/plainText";
import { counted } from "../counted";
import { groupBy } from "./groupBy";
import type { Concern, Gap, GapSubject, KeyRow, Owner, Report, StackSummary } from "./report";
import { secondsBetween, spanText } from "./timeText";
import { dueAt } from "./urgency";

/** Stands for the environment of a global key that no state contains. */
export const noEnvironment = { id: "", name: "–" } as const;

/** With a capital letter at the beginning. */
export function capitalised(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `env-abc123`, or with its name: `production (env-abc123)`. */
export function nameAndId(name: string, id: string): string {
    return name === "" ? id : `${plainText(name)} (${id})`;
}

/**
 * `rotates in 12 d`, `overdue by 3 d`; for a superseded key `ends in 2 d`, `ended 1 d ago`; a dash if nothing is due, `?` if that is
 * not known.
 */
export function dueText(key: KeyRow, nowIso: string): string {
    const due = dueAt(key);
    if (due === null) return key.rotationKnown ? "–" : "?";
    const span = spanText(Math.abs(secondsBetween(nowIso, due)));
    if (key.status === "superseded") return key.overdue ? `ended ${span} ago` : `ends in ${span}`;
    return key.overdue ? `overdue by ${span}` : `rotates in ${span}`;
}

export function ageText(key: KeyRow): string {
    return key.ageSeconds === null ? "?" : spanText(key.ageSeconds);
}

/** `ready`, `refused (401)`; a dash for keys that are not managed, `?` if it is not known. */
export function readinessText(key: KeyRow): string {
    if (key.readiness === null) return key.status === "unknown" ? "?" : "–";
    return `${key.readiness}${key.refusal === null ? "" : ` (${key.refusal})`}`;
}

/** What has drifted; a dash if nothing has, `?` if that is not known. */
export function driftText(key: KeyRow): string {
    if (key.drift === null) return "?";
    return key.drift.length === 0 ? "–" : plainText(key.drift.join("; "));
}

/** The number of keys with a concern: `3`, or `3 or more` and `?` if it could not be checked for every key. */
export function concernCount(concern: Concern, { summary, unchecked }: Report): string {
    const count = summary[concern];
    if (!unchecked.some((one) => one.concern === concern)) return String(count);
    return count === 0 ? "?" : `${count} or more`;
}

/** The owner's roles that apply in the key's environment, or `none`; `?` if they could not be read. */
export function rolesText(key: KeyRow): string {
    if (key.rolesInEnvironment === null) return "?";
    const names = [...key.rolesInEnvironment].sort(
        (a, b) => Number(b === "OrganizationAdmin") - Number(a === "OrganizationAdmin") || (a < b ? -1 : 1),
    );
    return names.length === 0 ? "none" : names.map(plainText).join(", ");
}

/** `12/100`; `?` if Confluent Cloud does not report it. */
export function quotaText(owner: Owner | undefined): string {
    return owner?.quota ? `${owner.quota.used}/${owner.quota.limit}` : "?";
}

/** `prod flink-aws.us-east-2`; with the project if there are several; a dash if no stack is known. */
export function stackText(key: KeyRow, report: Report): string {
    if (key.stack === null) return "–";
    const read = new Set(report.stacks.map(({ name }) => name.split("/")[0]));
    const isOnlyProject = read.size === 1 && (key.project === null || read.has(key.project));
    const stack = isOnlyProject ? key.stack.split("/").at(-1) : key.stack;
    return plainText(`${stack} ${key.resource ?? ""}`.trim());
}

/** The status; `missing` if the key is in a state and certainly not in Confluent Cloud. */
export function statusText(key: KeyRow): string {
    return key.live || key.status === "unknown" ? key.status : "missing";
}

/** `3 stacks: 2 read, 1 absent` */
export function stacksText({ stacks }: Report): string {
    if (stacks.length === 0)
        return "no stacks: there are no stack files, and the backend has no stack of this project";
    const states = groupBy(stacks, ({ state }) => state);
    const counts = (["read", "absent", "failed"] as const)
        .filter((state) => states.has(state))
        .map((state) => `${states.get(state)?.length} ${state}`);
    return `${counted(stacks.length, "stack")}: ${counts.join(", ")}`;
}

/**
 * Where the report's data comes from: `organization 1111…, read with CLOUDKEY (sa-111aaa); states from
 * file:///srv/state`.
 */
export function sourcesText({ organizationId, caller, backends }: Report): string {
    const owner = caller.ownerId === null || caller.ownerId === caller.identity ? "" : ` (${caller.ownerId})`;
    const places = [...new Set(backends.map(({ place, user, project }) => sourceText(place, user, project)))];
    const states = places.length === 0 ? "no states" : `states from ${places.join(", ")}`;
    const endpoint = caller.endpoint === "https://api.confluent.cloud" ? "" : ` at ${caller.endpoint}`;
    return plainText(
        `organization ${organizationId ?? "not known"}${endpoint}, read with ${caller.identity || "unknown credentials"}${owner}; ${states}`,
    );
}

/** `file:///srv/state (user ci, project confluent-flink)` */
function sourceText(place: string, user: string | null, project: string | null): string {
    const details = [user && `user ${user}`, project && `project ${project}`].filter(Boolean).join(", ");
    return details === "" ? place : `${place} (${details})`;
}

/** Why the report is incomplete; undefined if it is complete. What an incomplete report does not show may still exist. */
export function incompleteText({ stacks, gaps, summary }: Report): string | undefined {
    const has = (subject: GapSubject): boolean => gaps.some((gap) => gap.subject === subject);
    const failed = stacks.filter(({ state }) => state === "failed").length;
    const isAbsent = stacks.every(({ state }) => state === "absent");
    const unknownKeys = summary.unknown - summary.unseen;
    const foreign = gaps.flatMap(({ subject, name }) => (subject === "organization" ? [name] : []));
    const reasons = [
        has("report") && "this is an older report",
        foreign.length > 0 &&
            `${foreign.join(", ")} ${foreign.length === 1 ? "belongs" : "belong"} to another organization than the credentials`,
        failed > 0 && `${failed} of ${stacks.length} stacks could not be read`,
        failed === 0 &&
            has("stack") &&
            (isAbsent ? noStackText(stacks.length) : "the stacks could not be listed"),
        has("keys") && "the credentials may not be allowed to see every key",
        unknownKeys > 0 &&
            `${counted(unknownKeys, "key")} ${unknownKeys === 1 ? "belongs" : "belong"} to stacks that were not read`,
    ].filter((reason) => reason !== false);
    return reasons.length === 0 ? undefined : `incomplete: ${reasons.join(", ")}`;
}

/** Instead of keys, if the report has none. */
export function noKeysText({ filter }: Report): string {
    return filter === null || filter.keys === 0 ? "No Flink API keys." : "None of the keys matches.";
}

/** Instead of holders, if the report has none for a key. */
export function noHoldersText({ holdersKnown }: Report): string {
    return holdersKnown
        ? "no other resource"
        : "not known: not all states and encrypted values were searched";
}

/** Whether a count of 0 means that there is none. */
export function isFullyChecked(report: Report): boolean {
    return incompleteText(report) === undefined && report.unchecked.length === 0;
}

function noStackText(count: number): string {
    if (count === 0) return "no stack of this project exists in this backend";
    return count === 1
        ? "the only stack does not exist in this backend"
        : `none of the ${count} stacks exists in this backend`;
}

/** The words for what could not be read, where the subject's own name is not clear. */
const gapSubjects: Readonly<Partial<Record<GapSubject, string>>> = {
    serviceAccounts: "service accounts",
    roleBindings: "role bindings",
    keys: "some keys",
    organization: "stack",
    holders: "encrypted values of the states",
};

/** `Not read: stack confluent-flink/prod` */
export function gapTitle({ subject, name = "" }: Gap): string {
    return subject === "report"
        ? "Not the newest"
        : `Not read: ${gapSubjects[subject] ?? subject} ${name}`.trim();
}

/** `Not read: stack confluent-flink/prod: incorrect passphrase` */
export function gapText(gap: Gap): string {
    return plainText(`${gapTitle(gap)}: ${gap.reason}`);
}

/** What could not be read, and what is unusual about the stacks: one line each. */
export function notesOf(report: Report): string[] {
    return [...report.gaps.map(gapText), ...stackNotes(report)];
}

/** What is unusual about the stacks, although it was read: one line each. */
export function stackNotes({ stacks }: Report): string[] {
    return [
        ...stacks
            .filter(hasNoFile)
            .map(
                ({ name }) =>
                    `No stack file: ${plainText(name)} is deployed, but the project has no file for it, so no pipeline rotates its keys.`,
            ),
        ...stacks
            .filter(({ interrupted }) => interrupted.length > 0)
            .map(({ name, interrupted }) => {
                const stack = name.split("/").at(-1);
                return plainText(
                    `Interrupted: a run of ${name} did not finish, and its result is not known (${interrupted.join(", ")}): pulumi up --refresh --stack ${stack}, then pulumi refresh --clear-pending-creates --stack ${stack}`,
                );
            }),
    ];
}

/** Whether the stack is deployed, but has no file in a project that has stack files. */
export function hasNoFile({ state, hasFile }: StackSummary): boolean {
    return state === "read" && hasFile === false;
}

/** `12 live keys in 4 scopes: 8 managed, 1 superseded, 1 stray, 2 unmanaged` */
export function countsText({ summary, filter }: Report): string {
    const { live, scopes, managed, superseded, stray, elsewhere, unmanaged, missing, unseen } = summary;
    const unknown = summary.unknown - unseen;
    const parts = [
        `${managed} managed`,
        `${superseded} superseded`,
        `${stray} stray`,
        elsewhere > 0 && `${elsewhere} elsewhere`,
        `${unmanaged} unmanaged`,
        unknown > 0 && `${unknown} unknown`,
    ].filter(Boolean);
    return [
        `${counted(live, "live key")} in ${counted(scopes, "scope")}: ${parts.join(", ")}`,
        missing > 0 && `${missing} missing`,
        unseen > 0 && `${unseen} more in states could not be read`,
        filter && `only ${plainText(filter.by)}, of ${counted(filter.keys, "key")}`,
    ]
        .filter(Boolean)
        .join("; ");
}
