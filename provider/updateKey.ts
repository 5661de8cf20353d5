import { findKey } from "./currentKey";
import { deleteSuperseded } from "./deleteKeys";
import { finishKey } from "./finishKey";
import { type KeyInputs, overlapMs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { renameKey, TakenOverError } from "./renameKey";
import { wantsOtherEndpoint } from "./restEndpoint";
import { rotateKey } from "./rotateKey";
import { dueKey, followOverlap, movedEnds, rotationStep } from "./rotation";
import type { Session } from "./session";
import { removeStrays, straysOf } from "./strays";
import { isVerified } from "./successor";
import { isUnfinished, tagOf } from "./tag";
import { isAccepted } from "./verifyKey";

/** Renames, deletes what is due, rotates, and finishes what an interrupted run left. `state` is updated after each step. */
export async function updateKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const isLost = await resume(session, state, inputs);
    const isHandedOut = state.status !== "gone" && !isUnfinished(state.description);
    const takenOver = isHandedOut ? await renameKey(session, state, inputs).catch(takenOverOnly) : undefined;
    applyOverlap(session, state, inputs);
    // A run deletes one key. If there is no overlap, that is the current one.
    const isFirst = overlapMs(inputs) > 0 && isVerified(state, inputs);
    if (isFirst) await deleteDue(session, state, inputs);
    const rotation = isLost ? "now" : rotationStep(state, inputs, state.superseded.length);
    const deletesCurrentKey = rotation === "now" && state.status !== "gone" && overlapMs(inputs) === 0;
    if (rotation === "now") await rotateKey(session, state, inputs);
    else if (takenOver !== undefined) throw takenOver;
    else if (state.status !== "ready" || wantsOtherEndpoint(state, inputs))
        await finishKey(session, state, inputs);
    else if (isUnfinished(state.description)) await renameKey(session, state, inputs);
    if (rotation !== "later") state.rotationTrigger = inputs.rotationTrigger;
    if (!isFirst && !deletesCurrentKey) await deleteDue(session, state, inputs);
}

/** If another resource has taken the key over, a rotation can still give this one a key of its own. */
function takenOverOnly(error: unknown): TakenOverError {
    if (error instanceof TakenOverError) return error;
    throw error;
}

/**
 * Looks at what an earlier run left. Strays may have this resource's tag or, if it was renamed, the earlier one. True for a
 * pending key that cannot be found and that its region does not accept: then another is created, and the list that shows it
 * proves whether the first is gone.
 */
async function resume(session: Session, state: KeyState, inputs: KeyInputs): Promise<boolean> {
    const needsVerification = state.status === "pending" || state.status === "unverified";
    const tagChanges = state.tag !== tagOf(inputs.description);
    if (!needsVerification && !tagChanges) return false;
    const listed = await session.ownerKeys(state.owner);
    const key = needsVerification ? await findKey(session, state, listed) : undefined;
    if (key === "gone") state.status = "gone";
    await removeStrays(session, listed, straysOf(state));
    if (tagChanges)
        await removeStrays(session, listed, straysOf({ ...state, tag: tagOf(inputs.description) }));
    return key === "unseen" && !(await isAccepted(session, state));
}

/** Applies a changed `overlap` to keys whose overlap has not ended. */
function applyOverlap(session: Session, state: KeyState, inputs: KeyInputs): void {
    const nowMs = session.clock.now();
    const superseded = followOverlap(state, inputs, nowMs);
    for (const { apiKey, retireAt } of movedEnds(state.superseded, superseded)) {
        // A key whose overlap ends now is deleted below, with a message of its own.
        if (Date.parse(retireAt) <= nowMs) continue;
        session.engineLog.info(
            `Flink API key ${apiKey} (${state.scope.name}) now stays valid until ${retireAt}.`,
        );
    }
    state.superseded = superseded;
}

/** Deletes the superseded key whose overlap ended first, one in each run. */
async function deleteDue(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const due = dueKey(state, session.clock.now());
    if (due !== undefined) await deleteSuperseded(session, state, inputs, due);
}
