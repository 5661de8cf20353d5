import type { Concern, Report } from "../report";
import { spanText } from "../timeText";

/** A tile's words: short, beside its count. */
export function tileText(concern: Concern, { ageLimitSeconds }: Report): string {
    return concern === "overage" ? `older than ${spanText(ageLimitSeconds)}` : tileTexts[concern];
}

const tileTexts: Readonly<Record<Exclude<Concern, "overage">, string>> = {
    overdue: "overdue",
    stray: "stray",
    drift: "drifted",
    unready: "not ready",
    roleless: "without a role",
    supersededInUse: "superseded, still held",
    orgadmin: "with OrganizationAdmin",
    unrotated: "without rotation",
};

/** What a concern means, in a sentence. */
export function concernNote(concern: Concern, { ageLimitSeconds }: Report): string {
    return concern === "overage" ? `Made more than ${spanText(ageLimitSeconds)} ago.` : concernNotes[concern];
}

const concernNotes: Readonly<Record<Exclude<Concern, "overage">, string>> = {
    overdue: "The rotation, or the end of the overlap, is past. The next pulumi up acts on it.",
    stray: "Made by this package for a stack whose state does not hold it.",
    drift: "The state and Confluent Cloud say different things of it.",
    unready: "Not proven to work: its Flink endpoint refused it, could not be reached, or was not asked yet.",
    roleless: "Its owner has no role in the key's environment, so the key opens nothing there.",
    supersededInUse: "Another key has taken over, and something in a stack's state still holds this one.",
    orgadmin: "Its owner is OrganizationAdmin: a narrower role is enough for statements.",
    unrotated: "Its stack sets no rotation: it stays the same until somebody changes it.",
};
