import { updateApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { currentKey } from "./currentKey";
import { explainFate, fateOf } from "./keyExistence";
import type { KeyInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import type { Session } from "./session";

/**
 * Gives the key the declared name and description: one PATCH, none where it has them. For a key that was just made this
 * takes its mark away, and is the last thing before it is handed out.
 */
export async function renameKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const { displayName, description } = inputs;
    const changes = {
        ...(displayName !== state.displayName && { displayName }),
        ...(description !== state.description && { description }),
    };
    if (Object.keys(changes).length === 0) return;
    try {
        await updateApiKey(session.api, state.apiKey, changes);
    } catch (error) {
        if (!mayBeGone(error)) throw error;
        const fate = await fateOf(session, currentKey(state));
        if (fate !== "gone") throw explainFate(error, state.apiKey, fate);
        // Deleted by hand since the last refresh: a new key is minted, with the new names.
        state.readiness = "gone";
        return;
    }
    Object.assign(state, changes);
}
