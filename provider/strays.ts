import type { ApiKey } from "../confluent/apiKeys";
import { retireKey } from "./retire";
import type { OwnerKeys, Session } from "./session";

/**
 * A stray younger than this was made by a run that never finished, so nobody was given its secret. An older one may
 * belong to a state that was lost, and may be in use (docs/decisions/004-strays.md).
 */
const reclaimableAgeMs = 60 * 60 * 1000;

/**
 * The tag at the end of a key's description, the same on every key that one resource makes: `[pcf-1f6a09c2d4e87b35]`.
 * `components/tag.ts` makes it. Undefined where there is none.
 */
export function tagOf(description: string): string | undefined {
    return /\[(pcf-[0-9a-f]{16})\]\s*$/.exec(description)?.[1];
}

export interface StraySearch {
    readonly owner: string;
    readonly scopeName: string;
    /** With the resource's tag. */
    readonly description: string;
    /** Keys that the state holds: not strays. */
    readonly known: ReadonlySet<string>;
    /** False where the state may hold keys that are not in `known`: strays are then named, never deleted. */
    readonly mayDelete: boolean;
    /** Only keys made since, by Confluent Cloud's clock; default all. */
    readonly madeSinceMs?: number;
}

/** The keys among `keys` that the resource made and the state does not know. */
export function findStrays(keys: readonly ApiKey[], search: StraySearch): ApiKey[] {
    const tag = tagOf(search.description);
    if (tag === undefined) return [];
    return keys.filter(
        (key) =>
            tagOf(key.description) === tag &&
            key.ownerId === search.owner &&
            key.scope?.name === search.scopeName &&
            !search.known.has(key.id) &&
            !(Date.parse(key.createdAt) < (search.madeSinceMs ?? Number.NEGATIVE_INFINITY)),
    );
}

/** Deletes strays that nobody was ever given, and names the others in a warning. */
export async function reclaimStrays(session: Session, listed: OwnerKeys, search: StraySearch): Promise<void> {
    for (const stray of findStrays(listed.keys, search)) {
        const ageMs = ageOf(stray, listed);
        if (search.mayDelete && isReclaimable(ageMs)) {
            await retireKey(session, { apiKey: stray.id, owner: search.owner });
            session.notices.info(
                `Removed Flink API key ${stray.id} (${search.scopeName}): made ${describeAge(ageMs)} by a run that was interrupted, handed to nobody.`,
            );
        } else warnOfStray(session, stray, listed);
    }
}

/** Names a key that is kept although the state does not know it. */
export function warnOfStray(session: Session, stray: ApiKey, listed: OwnerKeys): void {
    session.notices.warn(
        `Flink API key ${stray.id} of ${stray.ownerId} (${stray.scope?.name}, made ${describeAge(ageOf(stray, listed))}) carries this resource's tag but is not the key in the state. It may be in use, so it is kept; if it is not, delete it: confluent api-key delete ${stray.id}`,
    );
}

/** By Confluent Cloud's own clock on both ends. Not a number where it did not say one of the two. */
function ageOf(stray: ApiKey, { asOfMs }: OwnerKeys): number {
    return (asOfMs ?? Number.NaN) - Date.parse(stray.createdAt);
}

/** An age that is unknown, or far in the future, proves nothing: the key is kept. */
function isReclaimable(ageMs: number): boolean {
    return Math.abs(ageMs) < reclaimableAgeMs;
}

function describeAge(ageMs: number): string {
    if (Number.isNaN(ageMs)) return "at an unknown time";
    const minutes = Math.max(0, Math.round(ageMs / 60_000));
    if (minutes < 120) return `${minutes} min ago`;
    const hours = Math.round(minutes / 60);
    return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}
