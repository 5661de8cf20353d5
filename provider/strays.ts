import type { ApiKey } from "../confluent/apiKeys";
import { deleteKey, UnreadableKeyError } from "./deleteKey";
import type { KeyState } from "./keyState";
import type { OwnerKeys, Session } from "./session";
import { isUnfinished, tagOf } from "./tag";

export interface StraySearch {
    readonly owner: string;
    readonly scopeName: string;
    /** The resource's tag. */
    readonly tag: string | undefined;
    /**
     * The provider does not know whether the state holds a key: the engine calls `create` for a forced replacement
     * (`--replace`, taint) in the same way as for a new resource. Default false.
     */
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
            !session.knows(key.id),
    );
}

/** Deletes the strays that are marked `unfinished`, which were never handed out. Warns of the others. */
export async function reclaimStrays(session: Session, listed: OwnerKeys, search: StraySearch): Promise<void> {
    for (const stray of findStrays(session, listed.keys, search)) {
        const outcome = isUnfinished(stray.description) ? await remove(session, stray) : "kept";
        if (outcome === "kept") warnOfStray(session, stray, listed, search.stateIsUnknown);
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
export async function reclaimStraysNow(session: Session, state: KeyState): Promise<void> {
    await reclaimStrays(session, await session.ownerKeysNow(state.owner), straysOf(state));
}

/** Warns of a key that is kept although the state does not know it. */
export function warnOfStray(
    session: Session,
    stray: ApiKey,
    listed: OwnerKeys,
    stateIsUnknown = false,
): void {
    const key = `Flink API key ${stray.id} of ${stray.ownerId} (${stray.scope?.name}, created ${describeAge(stray, listed)})`;
    session.engineLog.warn(
        isUnfinished(stray.description)
            ? `${key} was left by an interrupted run and never handed out. The next pulumi up that changes this resource removes it; or delete it: confluent api-key delete ${stray.id}`
            : `${key} has this resource's tag but is not the key in the state. It may be in use, so it is kept. ${stateIsUnknown ? "If this run replaces it, it is deleted in a moment. Otherwise, if nothing uses it" : "If nothing uses it"}, delete it: confluent api-key delete ${stray.id}`,
    );
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
