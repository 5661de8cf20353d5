import { type ApiKey, getApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { fateOf } from "./keyExistence";
import type { KeyState } from "./keyState";
import { retireKey } from "./retireKey";
import type { OwnerKeys, Session } from "./session";
import { isUnfinished, tagOf } from "./tag";

export interface StraySearch {
    readonly owner: string;
    readonly scopeName: string;
    /** With the resource's tag. */
    readonly description: string;
    /**
     * The engine has not told what the state holds: it creates, and a forced replacement (`--replace`, taint) looks just
     * like a first creation. Default false.
     */
    readonly stateIsUnknown?: boolean;
}

/** For keys like this one. */
export function straysOf({ owner, scope, description }: KeyState): StraySearch {
    return { owner, scopeName: scope.name, description };
}

/** The keys among `keys` that the resource made and of which neither the state nor this run knows. */
export function findStrays(session: Session, keys: readonly ApiKey[], search: StraySearch): ApiKey[] {
    const tag = tagOf(search.description);
    if (tag === undefined) return [];
    return keys.filter(
        (key) =>
            tagOf(key.description) === tag &&
            key.ownerId === search.owner &&
            key.scope?.name === search.scopeName &&
            !session.knows(key.id),
    );
}

/** Deletes the strays that say of themselves that they were handed to nobody, and names the others in a warning. */
export async function reclaimStrays(session: Session, listed: OwnerKeys, search: StraySearch): Promise<void> {
    for (const stray of findStrays(session, listed.keys, search)) {
        const isUnfinishedNow = isUnfinished(stray.description) && (await isStillUnfinished(session, stray));
        if (isUnfinishedNow === "gone") continue;
        if (!isUnfinishedNow) {
            warnOfStray(session, stray, listed, search.stateIsUnknown);
            continue;
        }
        await retireKey(session, { apiKey: stray.id, owner: search.owner });
        session.engineLog.info(
            `Removed Flink API key ${stray.id} (${search.scopeName}): made ${describeAge(stray, listed)} by a run that was interrupted, handed to nobody.`,
        );
    }
}

/** The same with a list of this moment: after a POST whose outcome was unknown, what it made may come late. */
export async function reclaimStraysNow(session: Session, state: KeyState): Promise<void> {
    await reclaimStrays(session, await session.ownerKeysNow(state.owner), straysOf(state));
}

/** Names a key that is kept although the state does not know it. */
export function warnOfStray(
    session: Session,
    stray: ApiKey,
    listed: OwnerKeys,
    stateIsUnknown = false,
): void {
    const key = `Flink API key ${stray.id} of ${stray.ownerId} (${stray.scope?.name}, made ${describeAge(stray, listed)})`;
    session.engineLog.warn(
        isUnfinished(stray.description)
            ? `${key} was left by a run that was interrupted, handed to nobody. The next pulumi up that changes this resource removes it; or delete it: confluent api-key delete ${stray.id}`
            : `${key} carries this resource's tag but is not the key in the state. It may be in use, so it is kept; if ${stateIsUnknown ? "this run replaces it, it goes in a moment; if nobody uses it" : "it is not"}, delete it: confluent api-key delete ${stray.id}`,
    );
}

/** Asked of the key itself and just before it is deleted: a list may be seconds old, and another run may be ending. */
async function isStillUnfinished(session: Session, stray: ApiKey): Promise<boolean | "gone"> {
    const read = () => getApiKey(session.api, stray.id).then(({ description }) => description);
    try {
        return isUnfinished(await read());
    } catch (error) {
        if (!mayBeGone(error)) throw error;
        const fate = await fateOf(session, { apiKey: stray.id, owner: stray.ownerId });
        if (fate === "gone") return "gone";
        return isUnfinished(await read().catch(() => ""));
    }
}

/** By Confluent Cloud's own clock on both ends. */
function describeAge(stray: ApiKey, { asOfMs }: OwnerKeys): string {
    const ageMs = (asOfMs ?? Number.NaN) - Date.parse(stray.createdAt);
    if (Number.isNaN(ageMs)) return "at an unknown time";
    const minutes = Math.max(0, Math.round(ageMs / 60_000));
    if (minutes < 120) return `${minutes} min ago`;
    const hours = Math.round(minutes / 60);
    return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}
