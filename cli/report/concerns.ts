import type { KeyRow, Unchecked } from "./report";

/**
 * The problems that a key may have, the most urgent first. `--fail-on` uses the same names, except `superseded-in-use`
 * for `supersededInUse` and `older-than` for `overage`.
 */
export const concerns: readonly Concern[] = [
    "overdue",
    "stray",
    "drift",
    "unready",
    "roleless",
    "supersededInUse",
    "orgadmin",
    "unrotated",
    "overage",
];
export type Concern = Unchecked["concern"];

/** Concerns that may be intended, so that they need no action at once. */
export const softConcerns: readonly Concern[] = ["orgadmin", "unrotated", "overage"];

const hasConcern: Readonly<Record<Concern, (key: KeyRow, ageLimitSeconds: number) => boolean>> = {
    overdue: (key) => key.overdue === true,
    stray: (key) => key.status === "stray",
    drift: (key) => (key.drift ?? []).length > 0,
    unready: (key) => key.status === "managed" && key.readiness !== null && key.readiness !== "ready",
    roleless: (key) => key.status === "managed" && key.live && key.rolesInEnvironment?.length === 0,
    supersededInUse: (key) => key.status === "superseded" && key.live && key.holders.length > 0,
    orgadmin: (key) => key.live && key.organizationAdmin === true,
    unrotated: (key) => key.status === "managed" && key.live && key.rotationKnown && key.rotatesAt === null,
    overage: (key, limit) => key.live && key.ageSeconds !== null && key.ageSeconds > limit,
};

/** The problems of this key, the most urgent first. */
export function concernsOf(key: KeyRow, ageLimitSeconds: number): Concern[] {
    return concerns.filter((concern) => hasConcern[concern](key, ageLimitSeconds));
}
