import { type KeyInputs, overlapMs } from "./keyInputs";
import type { KeyState, SupersededKey } from "./keyState";
import { isAccepted } from "./proveKey";
import { wantsOtherEndpoint } from "./restEndpoint";
import { dueKey, followOverlap, movedEnds, type RotationStep, rotationStep } from "./rotation";
import type { Session } from "./session";

/** The answer to the engine's diff. */
export interface DiffAnswer {
    changes: boolean;
    replaces: string[];
    deleteBeforeReplace: false;
}

/** What differs between state and inputs, and whether the key must be replaced. */
export async function compareKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<DiffAnswer> {
    const nowMs = session.clock.now();
    const replaces = [
        inputs.owner !== state.owner && "owner",
        inputs.environmentId !== state.scope.environmentId && "environmentId",
        inputs.cloud !== state.scope.cloud && "cloud",
        inputs.region !== state.scope.region && "region",
    ].filter((property) => property !== false);
    const superseded = followOverlap(state, inputs, nowMs);
    const overlapMoves = movedEnds(state.superseded, superseded).length > 0;
    const next = { ...state, superseded };
    const rotation = rotationStep(next, inputs, nowMs);
    const due = dueKey(next, nowMs);
    if (replaces.length === 0) announceEnd(session, next, inputs, rotation, due);
    const changes =
        replaces.length > 0 ||
        inputs.displayName !== state.displayName ||
        inputs.description !== state.description ||
        rotation === "now" ||
        rotation === "record" ||
        state.status === "pending" ||
        wantsOtherEndpoint(state, inputs.readiness) ||
        overlapMoves ||
        due !== undefined ||
        (state.status === "unverified" && (await canBeVerified(session, state, inputs)));
    return { changes, replaces, deleteBeforeReplace: false };
}

/** An unverified key is no difference as long as its endpoint is unreachable. A run from inside the network verifies it. */
async function canBeVerified(session: Session, state: KeyState, inputs: KeyInputs): Promise<boolean> {
    return inputs.readiness?.unreachable === "fail" || (await isAccepted(session, state));
}

/** Announces, in a preview too, which key the next `up` deletes. */
function announceEnd(
    session: Session,
    state: KeyState,
    inputs: KeyInputs,
    rotation: RotationStep,
    due: SupersededKey | undefined,
): void {
    const endsAtOnce = rotation === "now" && state.status !== "gone" && overlapMs(inputs) === 0;
    const announce = (apiKey: string, why: string): void =>
        session.engineLog.info(
            `pulumi up deletes Flink API key ${apiKey} (${state.scope.name}): ${why}. Clients that still use it will get a 401.`,
        );
    // One key in each run, as in updateKey.
    if (endsAtOnce) announce(state.apiKey, "a new key replaces it, and overlap is 0s");
    else if (due) announce(due.apiKey, `its overlap ends ${due.retireAt}`);
}
