import ms from "ms";
import { parseDurationMs } from "../../confluent/duration";
import { wrongUsage } from "../exitCodes";
import { concerns, concernsOf } from "./concerns";
import type { Concern, Report } from "./report";
import { isDueWithin } from "./urgency";

/** The conditions of `--fail-on`. */
export interface FailOn {
    readonly concerns: readonly Concern[];
    /** From `older-than=90d`, in seconds; undefined if not given. */
    readonly ageLimitSeconds: number | undefined;
    /** From `due-within=30d`, in seconds; undefined if not given. */
    readonly dueWithinSeconds: number | undefined;
}

export interface FailOnResult {
    /** `3 stray (ABCD…, …)`, one for each condition that is met. */
    readonly found: readonly string[];
    /** Conditions that could not be fully checked, and why. */
    readonly unverified: readonly string[];
}

/** The conditions' names: `superseded-in-use` for `supersededInUse`. An age has its own: `older-than=90d`. */
const byName = new Map(
    concerns
        .filter((concern) => concern !== "overage")
        .map((concern) => [concern.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), concern]),
);
export const conditionNames = [...byName.keys()];
const wanted = `one or more of ${conditionNames.join(", ")}, older-than=<age>, due-within=<time>, such as stray,overdue,older-than=90d`;

/** Parses `stray,overdue,older-than=90d,due-within=30d`. */
export function parseFailOn(text: string): FailOn {
    const chosen = new Set<Concern>();
    let ageLimitSeconds: number | undefined;
    let dueWithinSeconds: number | undefined;
    for (const part of text.split(",").map((one) => one.trim())) {
        const [, name, value = ""] = /^(older-than|due-within)=(.+)$/.exec(part) ?? [];
        if (name === "older-than") {
            ageLimitSeconds = parseSeconds(value, `--fail-on: got ${JSON.stringify(part)}`);
            chosen.add("overage");
        } else if (name === "due-within") {
            dueWithinSeconds = parseSeconds(value, `--fail-on: got ${JSON.stringify(part)}`);
        } else if (byName.has(part)) chosen.add(byName.get(part) as Concern);
        else throw wrongUsage(`--fail-on: got ${JSON.stringify(part)}, expected ${wanted}`);
    }
    return { concerns: [...chosen], ageLimitSeconds, dueWithinSeconds };
}

/** Checks the conditions. A condition that is met counts even if something else could not be read. */
export function checkConditions(report: Report, failOn: FailOn): FailOnResult {
    const found: string[] = [];
    for (const concern of failOn.concerns) {
        const ids = report.keys
            .filter((key) => concernsOf(key, report.ageLimitSeconds).includes(concern))
            .map((key) => key.id);
        if (ids.length > 0) found.push(`${ids.length} ${conditionText(concern, failOn)} (${firstOf(ids)})`);
    }
    const { dueWithinSeconds } = failOn;
    if (dueWithinSeconds !== undefined) {
        const ids = report.keys
            .filter((key) => isDueWithin(key, dueWithinSeconds, report.generatedAt))
            .map((key) => key.id);
        const within = ms(dueWithinSeconds * 1000, { long: true });
        if (ids.length > 0) found.push(`${ids.length} due within ${within} (${firstOf(ids)})`);
    }
    const namesByReason = new Map<string, string[]>();
    for (const { concern, reason } of report.unchecked) {
        const names = failOn.concerns.includes(concern) ? [conditionText(concern, failOn)] : [];
        // Whatever leaves open what is overdue leaves open what is due.
        if (concern === "overdue" && dueWithinSeconds !== undefined) names.push("due-within");
        if (names.length > 0) namesByReason.set(reason, [...(namesByReason.get(reason) ?? []), ...names]);
    }
    const unverified = [...namesByReason].map(([reason, names]) => `${names.join(", ")}: ${reason}`);
    return { found, unverified };
}

function conditionText(concern: Concern, failOn: FailOn): string {
    if (concern !== "overage") return conditionNames.find((name) => byName.get(name) === concern) ?? concern;
    return `older than ${ms((failOn.ageLimitSeconds ?? 0) * 1000, { long: true })}`;
}

function firstOf(ids: readonly string[]): string {
    return ids.length <= 3 ? ids.join(", ") : `${ids.slice(0, 3).join(", ")}, …`;
}

/** Seconds from `90d`. The message for another text begins with `got`. */
export function parseSeconds(text: string, got: string): number {
    const milliseconds = parseDurationMs(text) ?? 0;
    if (!(milliseconds > 0)) throw wrongUsage(`${got}, expected a time such as 90d`);
    return milliseconds / 1000;
}
