import { findKey, stillLive } from "./currentKey";
import type { KeyState } from "./keyState";
import type { Session } from "./session";
import { findStrays, straysOf, warnOfStray } from "./strays";

/**
 * Updates `state` to what Confluent Cloud has, and warns of keys that the state should know. `isGone`: no key of this
 * resource is left. `hasDrifted`: its name or description was changed by others.
 */
export async function readKey(
    session: Session,
    state: KeyState,
): Promise<{ isGone: boolean; hasDrifted: boolean }> {
    const listed = await session.ownerKeys(state.owner);
    const key = await findKey(session, state, listed);
    state.superseded = await stillLive(session, state, listed);
    for (const stray of findStrays(session, listed.keys, straysOf(state)))
        warnOfStray(session, stray, listed);
    if (key === "gone") {
        state.status = "gone";
        return { isGone: state.superseded.length === 0, hasDrifted: false };
    }
    if (key === "unseen") return { isGone: false, hasDrifted: false };
    const hasDrifted = key.displayName !== state.displayName || key.description !== state.description;
    state.displayName = key.displayName;
    state.description = key.description;
    return { isGone: false, hasDrifted };
}
