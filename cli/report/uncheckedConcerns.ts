import { type Concern, concerns } from "./concerns";
import type { GapSubject, KeyRow, Report, Unchecked } from "./report";

/** What must have been read to be sure that no further key has a concern. */
const neededFor: Readonly<Record<Concern, readonly GapSubject[]>> = {
    stray: ["stack", "keys"],
    overdue: ["stack"],
    drift: ["stack", "keys", "organization", "roleBindings"],
    unready: ["stack", "organization", "probe"],
    roleless: ["stack", "organization", "roleBindings"],
    supersededInUse: ["stack", "holders"],
    orgadmin: ["roleBindings", "keys", "organization"],
    unrotated: ["stack"],
    overage: ["keys", "organization"],
};

/** What is not known of a single key, in words after a count of such keys. */
const notKnown: Readonly<Partial<Record<Concern, { is: (key: KeyRow) => boolean; words: string }>>> = {
    stray: { is: (key) => key.live && key.status === "unknown", words: "of stacks that were not read" },
    overdue: { is: (key) => isOwn(key) && key.overdue === null, words: "with a rotation that is not known" },
    drift: { is: (key) => isOwn(key) && key.drift === null, words: "whose state was not read" },
    unready: {
        is: (key) => key.live && key.status === "unknown",
        words: "of stacks that were not read",
    },
    roleless: {
        is: (key) => isOwn(key) && key.live && key.rolesInEnvironment === null,
        words: "with an owner whose roles were not read",
    },
    orgadmin: {
        is: (key) => key.live && key.organizationAdmin === null,
        words: "with an owner whose roles were not read",
    },
    unrotated: { is: (key) => isOwn(key) && !key.rotationKnown, words: "with a rotation that is not known" },
    overage: { is: (key) => key.live && key.createdAt === null, words: "without a creation time" },
};

/** The concerns that could not be checked for every key, with the first reason of each. */
export function uncheckedConcerns({ keys, gaps }: Pick<Report, "keys" | "gaps">): Unchecked[] {
    return concerns.flatMap((concern) => {
        const gap = neededFor[concern]
            .map((needed) => gaps.find(({ subject }) => subject === needed))
            .find((one) => one !== undefined);
        if (gap !== undefined) return [{ concern, reason: gap.reason }];
        const unknown = notKnown[concern];
        const count = unknown === undefined ? 0 : keys.filter(unknown.is).length;
        if (unknown === undefined || count === 0) return [];
        return [{ concern, reason: `${count} ${count === 1 ? "key" : "keys"} ${unknown.words}` }];
    });
}

/** Managed by a stack of this report, or perhaps so. */
function isOwn({ status }: KeyRow): boolean {
    return status === "managed" || status === "superseded" || status === "unknown";
}
