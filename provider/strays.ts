import { type ApiKey, getApiKey } from "../confluent/apiKeys";
import { unlessGone } from "../confluent/confluentError";
import { commandName } from "./commandName";
import { deleteKey, UnreadableKeyError } from "./deleteKey";
import type { KeyState } from "./keyState";
import type { OwnerKeys, Session } from "./session";
import { isUnfinished, tagOf } from "./tag";

export interface StraySearch {
    readonly owner: string;
    readonly scopeName: string;
    /** The resource's tag. */
    readonly tag: string | undefined;
    /** Whether the state holds a key: `create` looks the same for a new resource and a forced replacement. Default false. */
    readonly stateIsUnknown?: boolean;
}

/** The search for strays of this key's resource. */
export function straysOf({ owner, scope, tag }: KeyState): StraySearch {
    return { owner, scopeName: scope.name, tag };
}

/** The keys among `keys` that this resource created and that neither the state nor this run knows. */
export function findStrays(session: Session, keys: readonly ApiKey[], search: StraySearch): ApiKey[] {
    return keys.filter(
        (key) =>
            search.tag !== undefined &&
            tagOf(key.description) === search.tag &&
            key.ownerId === search.owner &&
            key.scope?.name === search.scopeName &&
            !session.known.has(key.id),
    );
}

/** Deletes the strays that are marked `unfinished`, which were never handed out. Warns of the others. */
export async function removeStrays(session: Session, listed: OwnerKeys, search: StraySearch): Promise<void> {
    for (const stray of findStrays(session, listed.keys, search)) {
        const outcome = isUnfinished(stray.description) ? await remove(session, stray) : "kept";
        if (outcome === "kept") await warnOfStray(session, stray, listed, search.stateIsUnknown);
        if (outcome !== "deleted") continue;
        session.engineLog.info(
            `Removed Flink API key ${stray.id} (${search.scopeName}): created ${describeAge(stray, listed)} by an interrupted run and never handed out.`,
        );
    }
}

/** Kept if another run has just finished it, or if it cannot be read. */
async function remove(
    session: Session,
    { id, ownerId, scope, description }: ApiKey,
): Promise<"deleted" | "gone" | "kept"> {
    const tag = tagOf(description) as string;
    try {
        const outcome = await deleteKey(session, {
            why: "stray",
            key: { apiKey: id, owner: ownerId },
            scopeName: scope?.name ?? "",
            ownership: { tags: [tag], adoption: undefined },
        });
        return outcome === "deleted" || outcome === "gone" ? outcome : "kept";
    } catch (error) {
        if (error instanceof UnreadableKeyError) return "kept";
        throw error;
    }
}

/** The same with a new list. After a POST whose outcome was unknown, its key may appear late. */
export async function removeStraysNow(session: Session, state: KeyState): Promise<void> {
    await removeStrays(session, await session.ownerKeysNow(state.owner), straysOf(state));
}

/**
 * Warns of a key that is kept although the state does not know it, as it is now: a list may be late. It names no command that
 * deletes: the key may be the current one of a state that this run does not see.
 */
export async function warnOfStray(
    session: Session,
    listedKey: ApiKey,
    listed: OwnerKeys,
    stateIsUnknown = false,
): Promise<void> {
    const stray = await unlessGone(getApiKey(session.api, listedKey.id));
    const { id, ownerId, scope } = listedKey;
    session.engineLog.warn(
        `Flink API key ${id} of ${ownerId} (${scope?.name}, created ${describeAge(listedKey, listed)}) ${whyKept(stray, stateIsUnknown)}: ${commandName} find ${id}`,
    );
}

function whyKept(stray: ApiKey | undefined, stateIsUnknown: boolean): string {
    if (stray === undefined)
        return "is in the list of keys, but cannot be read now, so it was left alone. It was probably deleted just now";
    if (isUnfinished(stray.description))
        return "is unfinished: another run is creating it now, or was interrupted. A pulumi up that changes this resource removes it. To see it";
    return stateIsUnknown
        ? "has this resource's tag, so it is kept for now. If this run replaces the resource (--replace, taint), it is the old key, and is deleted as soon as the new one works. Otherwise it may be in use by another state"
        : "has this resource's tag but is not the key in this state. It may be in use, so it is kept. Who has it";
}

/** Both times are Confluent Cloud's. */
function describeAge(stray: ApiKey, { asOfMs }: OwnerKeys): string {
    const ageMs = (asOfMs ?? Number.NaN) - Date.parse(stray.createdAt);
    if (Number.isNaN(ageMs)) return "at an unknown time";
    const minutes = Math.max(0, Math.round(ageMs / 60_000));
    if (minutes < 120) return `${minutes} min ago`;
    const hours = Math.round(minutes / 60);
    return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}
