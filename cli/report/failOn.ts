import ms from "ms";
import { parseDurationMs } from "../../confluent/duration";
import { type Concern, concernsOf } from "./concerns";
import type { Report } from "./report";

/** The conditions of `--fail-on`. */
export interface FailOn {
    readonly concerns: readonly Concern[];
    /** From `older-than=90d`, in seconds; undefined if not given. */
    readonly ageLimitSeconds: number | undefined;
}

export interface FailOnResult {
    /** `3 stray (ABCD…, …)`, one for each condition that is met. */
    readonly found: readonly string[];
    /** Conditions that could not be fully checked, and why. */
    readonly unverified: readonly string[];
}

const byName: Readonly<Record<string, Concern>> = {
    stray: "stray",
    overdue: "overdue",
    orgadmin: "orgadmin",
    drift: "drift",
    unready: "unready",
    roleless: "roleless",
    unrotated: "unrotated",
    "superseded-in-use": "supersededInUse",
};
export const conditionNames = Object.keys(byName);
const wanted = `one or more of ${conditionNames.join(", ")}, older-than=<age>, such as stray,overdue,older-than=90d`;

/** Parses `stray,overdue,older-than=90d`. Throws an error with the value got and the value wanted. */
export function parseFailOn(text: string): FailOn {
    const concerns = new Set<Concern>();
    let ageLimitSeconds: number | undefined;
    for (const part of text.split(",").map((one) => one.trim())) {
        const [, age] = /^older-than=(.+)$/.exec(part) ?? [];
        if (age !== undefined) {
            ageLimitSeconds = parseAgeSeconds(age);
            concerns.add("overage");
        } else if (Object.hasOwn(byName, part)) concerns.add(byName[part] as Concern);
        else throw new Error(`--fail-on: got ${JSON.stringify(part)}, expected ${wanted}`);
    }
    return { concerns: [...concerns], ageLimitSeconds };
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
    const unverified = report.unchecked
        .filter(({ concern }) => failOn.concerns.includes(concern))
        .map(({ concern, reason }) => `${conditionText(concern, failOn)}: ${reason}`);
    return { found, unverified };
}

function conditionText(concern: Concern, failOn: FailOn): string {
    if (concern !== "overage") return conditionNames.find((name) => byName[name] === concern) ?? concern;
    return `older than ${ms((failOn.ageLimitSeconds ?? 0) * 1000, { long: true })}`;
}

function firstOf(ids: readonly string[]): string {
    return ids.length <= 3 ? ids.join(", ") : `${ids.slice(0, 3).join(", ")}, …`;
}

function parseAgeSeconds(text: string): number {
    const milliseconds = parseDurationMs(text) ?? 0;
    if (milliseconds === 0) {
        throw new Error(
            `--fail-on: got ${JSON.stringify(`older-than=${text}`)}, expected an age such as 90d`,
        );
    }
    return milliseconds / 1000;
}
