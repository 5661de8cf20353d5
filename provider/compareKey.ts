import { type KeyInputs, overlapMs } from "./keyInputs";
import type { KeyState, SupersededKey } from "./keyState";
import { isAccepted } from "./proveKey";
import { wantsOtherEndpoint } from "./restEndpoint";
import { dueKey, followOverlap, movedEnds, type RotationStep, rotationStep } from "./rotation";
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
        state.readiness === "pending" ||
        wantsOtherEndpoint(state, inputs.readiness) ||
        overlapMoves ||
        due !== undefined ||
        (state.readiness === "unverified" && (await wantsProof(session, state, inputs)));
    return { changes, replaces, deleteBeforeReplace: false };
}

/** An unverified key is quiet as long as it cannot be asked; a run from inside the network proves it. */
async function wantsProof(session: Session, state: KeyState, inputs: KeyInputs): Promise<boolean> {
    return inputs.readiness?.unreachable === "fail" || (await isAccepted(session, state));
}

/** Says before it happens, as in a preview, which key's holders are cut off. */
function announceEnd(
    session: Session,
    state: KeyState,
    inputs: KeyInputs,
    rotation: RotationStep,
    due: SupersededKey | undefined,
): void {
    const endsAtOnce = rotation === "now" && state.readiness !== "gone" && overlapMs(inputs) === 0;
    const tell = (apiKey: string, why: string): void =>
        session.engineLog.info(
            `pulumi up retires Flink API key ${apiKey} (${state.scope.name}): ${why}. Whoever still uses it is cut off.`,
        );
    // One key a run, as in updateKey.
    if (endsAtOnce) tell(state.apiKey, "another takes over, and overlap is 0s");
    else if (due) tell(due.apiKey, `its overlap ends ${due.retireAt}`);
}
