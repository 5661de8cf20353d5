import type { Concern } from "../concerns";
import type { Report } from "../report";
import { spanText } from "../timeText";

/** A sentence that explains a concern. */
export function concernNote(concern: Concern, { ageLimitSeconds }: Report): string {
    return concern === "overage"
        ? `Created more than ${spanText(ageLimitSeconds)} ago.`
        : concernNotes[concern];
}

const concernNotes: Readonly<Record<Exclude<Concern, "overage">, string>> = {
    overdue: "The rotation or the end of the overlap is in the past. The next pulumi up acts on it.",
    stray: "Created by this package for a stack whose state does not contain it.",
    drift: "The state and Confluent Cloud differ.",
    unready: "Not proven to work: its Flink endpoint refused it, could not be reached, or was not tried yet.",
    roleless: "Its owner has no role in the key's environment, so the key cannot work there.",
    supersededInUse: "A new key replaced it, but a resource in a stack's state still contains this one.",
    orgadmin: "Its owner is OrganizationAdmin. A narrower role is enough to run statements.",
    unrotated: "Its stack sets no rotation, so the key never changes by itself.",
};
