import type { KeyInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { VanishedError } from "./readiness";
import { renameKey } from "./renameKey";
import type { Session } from "./session";
import { verifyKey } from "./verifyKey";

/**
 * Waits until the key is usable, then removes the mark `unfinished`: the last request before the key is handed out. Endpoint and
 * status are stored together, after both steps.
 */
export async function finishKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const verified = await verifyKey(session, state, inputs).catch((error: unknown) => {
        if (!(error instanceof VanishedError)) throw error;
        state.status = "gone";
    });
    if (verified !== undefined) await renameKey(session, state, inputs);
    if (state.status === "gone")
        throw new Error(
            `Flink API key ${state.apiKey} was deleted outside Pulumi, by hand or with its owner ${state.owner}. The next pulumi up creates another.`,
        );
    Object.assign(state, verified);
}
