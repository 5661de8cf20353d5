import type { KeyInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { isAccepted } from "./prove";
import { wantsOtherEndpoint } from "./restEndpoint";
import { dueKey, rotationStep } from "./rotation";
import type { Session } from "./session";

/** What the engine is told of a difference. */
export interface DiffAnswer {
    changes: boolean;
    replaces: string[];
    deleteBeforeReplace: false;
}

/** What differs between state and inputs, and whether it takes a new key. */
export async function compareKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<DiffAnswer> {
    const nowMs = session.clock.now();
    const replaces = [
        inputs.owner !== state.owner && "owner",
        inputs.environmentId !== state.scope.environmentId && "environmentId",
        inputs.cloud !== state.scope.cloud && "cloud",
        inputs.region !== state.scope.region && "region",
    ].filter((property) => property !== false);
    const rotation = rotationStep(state, inputs, nowMs);
    const changes =
        replaces.length > 0 ||
        inputs.displayName !== state.displayName ||
        inputs.description !== state.description ||
        rotation === "now" ||
        rotation === "record" ||
        state.readiness === "pending" ||
        wantsOtherEndpoint(state, inputs.readiness) ||
        dueKey(state, nowMs) !== undefined ||
        (state.readiness === "unverified" && (await wantsProof(session, state, inputs)));
    return { changes, replaces, deleteBeforeReplace: false };
}

/** An unverified key is quiet as long as it cannot be asked; a run from inside the network proves it. */
async function wantsProof(session: Session, state: KeyState, inputs: KeyInputs): Promise<boolean> {
    return inputs.readiness?.unreachable === "fail" || (await isAccepted(session, state));
}
