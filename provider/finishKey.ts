import type { KeyInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { VanishedError } from "./readiness";
import { renameKey } from "./renameKey";
import type { Session } from "./session";
import { removeStraysNow } from "./strays";
import { verifyKey } from "./verifyKey";

/**
 * Waits until the key is usable, then removes the mark `unfinished`: the last request before the key is handed out. Endpoint and
 * status are stored together, after both steps. `mayHaveStrays`: a POST for it got no usable answer.
 */
export async function finishKey(
    session: Session,
    state: KeyState,
    inputs: KeyInputs,
    mayHaveStrays = false,
): Promise<void> {
    const verified = await verifyKey(session, state, inputs).catch((error: unknown) => {
        if (error instanceof VanishedError) state.status = "gone";
        throw error;
    });
    if (mayHaveStrays) await removeStraysNow(session, state);
    await renameKey(session, state, inputs);
    if (state.status === "gone") throw new VanishedError(state);
    Object.assign(state, verified);
}
