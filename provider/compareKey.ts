import { isGlobal, type KeyInputs, overlapMs } from "./keyInputs";
import type { KeyState, SupersededKey } from "./keyState";
import { wantsOtherEndpoint } from "./restEndpoint";
import { dueKey, followOverlap, movedEnds, type RotationStep, rotationStep } from "./rotation";
import type { Session } from "./session";
import { currentSuccessor, isVerified } from "./successor";
import { isAccepted } from "./verifyKey";

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
        ...otherScope(state, inputs),
    ].filter((property) => property !== false);
    const superseded = followOverlap(state, inputs, nowMs);
    const overlapMoves = movedEnds(state.superseded, superseded).length > 0;
    const next = { ...state, superseded };
    const due = dueKey(next, nowMs);
    // What takes its place has to be verified first, so a key that is due is no difference by itself.
    const goes = due !== undefined && isVerified(state, inputs);
    const staying = superseded.length - (goes && overlapMs(inputs) > 0 ? 1 : 0);
    const rotation = rotationStep(next, inputs, staying);
    if (replaces.length === 0) announceEnd(session, next, inputs, rotation, goes ? due : undefined);
    const changes =
        replaces.length > 0 ||
        inputs.displayName !== state.displayName ||
        inputs.description !== state.description ||
        rotation === "now" ||
        rotation === "record" ||
        state.status === "pending" ||
        wantsOtherEndpoint(state, inputs) ||
        overlapMoves ||
        goes ||
        (state.status === "unverified" && (await canBeVerified(session, state, inputs)));
    if (!changes && due !== undefined) await explainStay(session, state, inputs, due);
    return { changes, replaces, deleteBeforeReplace: false };
}

/** The properties with which the inputs ask for a key of another scope. A global key stays the same in other regions. */
function otherScope(
    { scope: { isGlobal: wasGlobal, places } }: KeyState,
    inputs: KeyInputs,
): (string | false)[] {
    if (wasGlobal || isGlobal(inputs)) return [wasGlobal !== isGlobal(inputs) && "scope"];
    return [inputs.cloud !== places[0]?.cloud && "cloud", inputs.region !== places[0]?.region && "region"];
}

/** An unverified key is no difference as long as its endpoint is unreachable. A run from inside the network verifies it. */
async function canBeVerified(session: Session, state: KeyState, inputs: KeyInputs): Promise<boolean> {
    return inputs.readiness?.unreachable === "fail" || (await isAccepted(session, state));
}

/** Says why a key whose overlap has ended is not deleted, and what ends that. */
async function explainStay(
    session: Session,
    state: KeyState,
    inputs: KeyInputs,
    { apiKey }: SupersededKey,
): Promise<void> {
    const doubt = await currentSuccessor(session, state, inputs)();
    if (doubt !== undefined)
        session.engineLog.warn(`Flink API key ${apiKey} (${state.scope.name}) is not deleted: ${doubt}`);
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
    const announce = (apiKey: string, why: string): void => {
        session.announced.add(apiKey);
        session.engineLog.info(
            `pulumi up deletes Flink API key ${apiKey} (${state.scope.name}): ${why}. Clients that still use it will get a 401.`,
        );
    };
    // One key in each run, as in updateKey.
    if (endsAtOnce) announce(state.apiKey, "a new key replaces it, and overlap is 0s");
    else if (due) announce(due.apiKey, `its overlap ends ${due.retireAt}`);
}
