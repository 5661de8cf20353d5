import type { ApiKey } from "../confluent/apiKeys";
import { retireKey } from "./retire";
import type { OwnerKeys, Session } from "./session";

/**
 * A stray younger than this was made by a run that never finished, so nobody was given its secret. An older one may
 * belong to a state that was lost, and may be in use.
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
}

/** The keys among `keys` that the resource made and the state does not know. */
export function findStrays(keys: readonly ApiKey[], search: StraySearch): ApiKey[] {
    const tag = tagOf(search.description);
    if (tag === undefined) return [];
    return keys.filter(
        (key) =>
            tagOf(key.description) === tag &&
            key.scope?.name === search.scopeName &&
            !search.known.has(key.id),
    );
}

/** Deletes strays that nobody was ever given, and names the others in a warning. */
export async function reclaimStrays(session: Session, listed: OwnerKeys, search: StraySearch): Promise<void> {
    for (const stray of findStrays(listed.keys, search)) {
        // Not a number where the creation time is missing: then it is kept.
        const ageMs = listed.asOfMs - Date.parse(stray.createdAt);
        if (search.mayDelete && ageMs < reclaimableAgeMs) {
            await retireKey(session, { apiKey: stray.id, owner: search.owner });
            session.notices.info(
                `Removed Flink API key ${stray.id} (${search.scopeName}): made ${describeAge(ageMs)} by a run that was interrupted, handed to nobody.`,
            );
        } else {
            session.notices.warn(
                `Flink API key ${stray.id} of ${search.owner} (${search.scopeName}, made ${describeAge(ageMs)}) carries this resource's tag but is not in the state. It may be in use, so it is kept; if it is not, delete it: confluent api-key delete ${stray.id}`,
            );
        }
    }
}

function describeAge(ageMs: number): string {
    if (Number.isNaN(ageMs)) return "at an unknown time";
    const minutes = Math.max(0, Math.round(ageMs / 60_000));
    if (minutes < 120) return `${minutes} min ago`;
    const hours = Math.round(minutes / 60);
    return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}
