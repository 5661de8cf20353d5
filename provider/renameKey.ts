import { updateApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { currentKey } from "./currentKey";
import { explainFate, fateOf } from "./keyExistence";
import type { KeyInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import type { Session } from "./session";

/**
 * Gives the key the declared name and description: one PATCH, or none if it already has them. For a new key, this removes the
 * mark `unfinished`, and is the last request before the key is handed out.
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
        // Deleted outside Pulumi since the last refresh. A new key is created, with the new name.
        state.status = "gone";
        return;
    }
    Object.assign(state, changes);
}
