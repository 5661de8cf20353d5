import { type ApiKey, getApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { type DoubtfulKey, existenceOf, explainExistence } from "./keyExistence";
import type { KeyState, SupersededKey } from "./keyState";
import type { OwnerKeys, Session } from "./session";

/** The current key, with a copy of the state, which says how to ask its region about it. */
export function currentKey(state: KeyState): DoubtfulKey {
    return { apiKey: state.apiKey, owner: state.owner, state: { ...state } };
}

export function supersededKey(state: KeyState, { apiKey }: SupersededKey): DoubtfulKey {
    return { apiKey, owner: state.owner, supersededBy: currentKey(state) };
}

/**
 * Finds the current key in the list, or by its id. `unseen`: it is pending and may not have arrived yet; the next wait finds
 * out. Otherwise throws an error that says why the state is kept.
 */
export async function findKey(
    session: Session,
    state: KeyState,
    listed: OwnerKeys,
): Promise<ApiKey | "gone" | "unseen"> {
    const found = listed.keys.find(({ id }) => id === state.apiKey);
    if (found) return found;
    try {
        return await getApiKey(session.api, state.apiKey);
    } catch (error) {
        if (!mayBeGone(error)) throw error;
        const existence = await existenceOf(session, currentKey(state));
        if (existence === "gone") return "gone";
        if (state.status === "pending") return "unseen";
        throw explainExistence(error, state.apiKey, existence);
    }
}

export async function stillLive(
    session: Session,
    state: KeyState,
    listed: OwnerKeys,
): Promise<SupersededKey[]> {
    const live: SupersededKey[] = [];
    for (const superseded of state.superseded) {
        const isListed = listed.keys.some(({ id }) => id === superseded.apiKey);
        if (isListed || (await existenceOf(session, supersededKey(state, superseded))) !== "gone")
            live.push(superseded);
    }
    return live;
}
