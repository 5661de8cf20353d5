import { counted } from "../counted";
import type { Concern, GapSubject, KeyRow, Unchecked } from "./report";
import { spanText } from "./timeText";

/** A problem that a key may have. */
interface Rule {
    /** In a count: `3 drifted`. */
    readonly text: string;
    /** A sentence about such a key. */
    readonly note: string;
    /** May be intended, so that it needs no action at once. */
    readonly isSoft?: true;
    readonly has: (key: KeyRow, ageLimitSeconds: number) => boolean;
    /** What must have been read to be sure that no further key has it. */
    readonly needs: readonly GapSubject[];
    /** The keys of which it is not known, in words after their count. */
    readonly notKnown?: readonly [is: (key: KeyRow) => boolean, words: string];
}

/** The most urgent first. */
const rules: Readonly<Record<Concern, Rule>> = {
    overdue: {
        text: "overdue",
        note: "The rotation or the end of the overlap is in the past. The next pulumi up acts on it.",
        has: (key) => key.overdue === true,
        needs: ["stack"],
        notKnown: [(key) => isOwn(key) && key.overdue === null, "with a rotation that is not known"],
    },
    stray: {
        text: "stray",
        note: "Created by this package for a stack whose state does not contain it.",
        has: (key) => key.status === "stray",
        needs: ["stack", "keys"],
        notKnown: [isOfUnreadStack, "of stacks that were not read"],
    },
    drift: {
        text: "drifted",
        note: "The state and Confluent Cloud differ.",
        has: (key) => (key.drift ?? []).length > 0,
        needs: ["stack", "keys", "organization", "roleBindings"],
        notKnown: [(key) => isOwn(key) && key.drift === null, "whose state was not read"],
    },
    unready: {
        text: "not ready",
        note: "Not proven to work: its Flink endpoint refused it, could not be reached, or was not tried yet.",
        has: (key) => key.status === "managed" && key.readiness !== null && key.readiness !== "ready",
        needs: ["stack", "organization", "probe"],
        notKnown: [isOfUnreadStack, "of stacks that were not read"],
    },
    roleless: {
        text: "without a role",
        note: "Its owner has no role in the key's environment, so the key cannot work there.",
        has: (key) => key.status === "managed" && key.live && key.rolesInEnvironment?.length === 0,
        needs: ["stack", "organization", "roleBindings"],
        notKnown: [
            (key) => isOwn(key) && key.live && key.rolesInEnvironment === null,
            "with an owner whose roles were not read",
        ],
    },
    supersededInUse: {
        text: "superseded and still in use",
        note: "A new key replaced it, but a resource in a stack's state still contains this one.",
        has: (key) => key.status === "superseded" && key.live && key.holders.length > 0,
        needs: ["stack", "holders"],
    },
    orgadmin: {
        text: "owned by an OrganizationAdmin",
        note: "Its owner is OrganizationAdmin. A narrower role is enough to run statements.",
        isSoft: true,
        has: (key) => key.live && key.organizationAdmin === true,
        needs: ["roleBindings", "keys", "organization"],
        notKnown: [
            (key) => key.live && key.organizationAdmin === null,
            "with an owner whose roles were not read",
        ],
    },
    unrotated: {
        text: "without rotation",
        note: "Its stack sets no rotation, so the key never changes by itself.",
        isSoft: true,
        has: (key) => key.status === "managed" && key.live && key.rotationKnown && key.rotatesAt === null,
        needs: ["stack"],
        notKnown: [(key) => isOwn(key) && !key.rotationKnown, "with a rotation that is not known"],
    },
    overage: {
        text: "older than",
        note: "Created more than",
        isSoft: true,
        has: (key, limit) => key.live && key.ageSeconds !== null && key.ageSeconds > limit,
        needs: ["keys", "organization"],
        notKnown: [(key) => key.live && key.createdAt === null, "without a creation time"],
    },
};

export const concerns = Object.keys(rules) as readonly Concern[];

/** Concerns that may be intended. */
export const softConcerns = concerns.filter((concern) => rules[concern].isSoft);

/** The problems of this key, the most urgent first. */
export function concernsOf(key: KeyRow, ageLimitSeconds: number): Concern[] {
    return concerns.filter((concern) => hasConcern(key, concern, ageLimitSeconds));
}

export function hasConcern(key: KeyRow, concern: Concern, ageLimitSeconds: number): boolean {
    return rules[concern].has(key, ageLimitSeconds);
}

/** The words for a concern, also after a count: `drifted`, `older than 90 d`. */
export function concernText(concern: Concern, ageLimitSeconds: number): string {
    const { text } = rules[concern];
    return concern === "overage" ? `${text} ${spanText(ageLimitSeconds)}` : text;
}

/** A sentence that explains a concern. */
export function concernNote(concern: Concern, ageLimitSeconds: number): string {
    const { note } = rules[concern];
    return concern === "overage" ? `${note} ${spanText(ageLimitSeconds)} ago.` : note;
}

/** The concerns that could not be checked for every key, with the first reason of each. */
export function uncheckedConcerns({
    keys,
    gaps,
}: {
    keys: readonly KeyRow[];
    gaps: readonly { readonly subject: GapSubject; readonly reason: string }[];
}): Unchecked[] {
    return concerns.flatMap((concern) => {
        const { needs, notKnown: [isNotKnown, words] = [() => false, ""] } = rules[concern];
        const gap = needs
            .map((needed) => gaps.find(({ subject }) => subject === needed))
            .find((one) => one !== undefined);
        if (gap !== undefined) return [{ concern, reason: gap.reason }];
        const count = keys.filter(isNotKnown).length;
        return count === 0 ? [] : [{ concern, reason: `${counted(count, "key")} ${words}` }];
    });
}

/** Managed by a stack of this report, or perhaps so. */
function isOwn({ status }: KeyRow): boolean {
    return status === "managed" || status === "superseded" || status === "unknown";
}

function isOfUnreadStack({ live, status }: KeyRow): boolean {
    return live && status === "unknown";
}
