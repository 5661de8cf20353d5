import { getApiKey } from "../confluent/apiKeys";
import { findKey, stillLive } from "./currentKey";
import type { KeyState } from "./keyState";
import { isAdopting, isOurs, ownershipOf } from "./ownership";
import type { Session } from "./session";
import { findStrays, straysOf, warnOfStray } from "./strays";
import { withAdoption } from "./tag";

/**
 * Updates `state` to what Confluent Cloud has, and warns of keys that the state should know. `isGone`: no key of this resource
 * is left. `hasDrifted`: others have changed name or description.
 */
export async function readKey(
    session: Session,
    state: KeyState,
): Promise<{ isGone: boolean; hasDrifted: boolean }> {
    const listed = await session.ownerKeys(state.owner);
    const key = await findKey(session, state, listed);
    state.superseded = await stillLive(session, state, listed);
    for (const stray of findStrays(session, listed.keys, straysOf(state)))
        await warnOfStray(session, stray, listed);
    if (key === "gone") {
        state.status = "gone";
        return { isGone: state.superseded.length === 0, hasDrifted: false };
    }
    if (key === "unseen") return { isGone: false, hasDrifted: false };
    // Until an interrupted adoption goes on, the key is as it was found.
    if (isAdopting(state)) return { isGone: false, hasDrifted: false };
    const foreign = await foreignDescription(session, state, key.description);
    if (foreign !== undefined) {
        session.engineLog.warn(
            `Flink API key ${state.apiKey} (${state.scope.name}) is now managed by another resource, as its description says ("${foreign}"). This resource neither renames nor deletes it any more. Remove this resource from the program, or give it a new key: pulumi up --replace URN.`,
        );
        return { isGone: false, hasDrifted: false };
    }
    const description = withAdoption(key.description, undefined);
    const hasDrifted = key.displayName !== state.displayName || description !== state.description;
    state.displayName = key.displayName;
    state.description = description;
    return { isGone: false, hasDrifted };
}

/** The key's description if it has another resource's tag. A list may still show the tag that the key had before. */
async function foreignDescription(
    session: Session,
    state: KeyState,
    listed: string,
): Promise<string | undefined> {
    const isForeign = (description: string): boolean => !isOurs(ownershipOf(state), description);
    if (!isForeign(listed)) return undefined;
    const { description } = await getApiKey(session.api, state.apiKey);
    return isForeign(description) ? description : undefined;
}
