import type { KeyInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { proveKey } from "./proveKey";
import { renameKey } from "./renameKey";
import type { Session } from "./session";

/**
 * Proves the key, then takes the mark of an unfinished one away: the last thing before it is handed out. Endpoint and
 * readiness change together, and only when both are done.
 */
export async function finishKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const proof = await proveKey(session, state, inputs);
    await renameKey(session, state, inputs);
    if (state.readiness === "gone")
        throw new Error(
            `Flink API key ${state.apiKey} was deleted by hand. The next pulumi up makes another.`,
        );
    Object.assign(state, proof);
}
