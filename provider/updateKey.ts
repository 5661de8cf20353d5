import { findKey, supersededKey } from "./currentKey";
import { finishKey } from "./finishKey";
import { type KeyInputs, overlapMs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { isAccepted } from "./proveKey";
import { renameKey } from "./renameKey";
import { wantsOtherEndpoint } from "./restEndpoint";
import { retireKey } from "./retireKey";
import { rotateKey } from "./rotateKey";
import { dueKey, followOverlap, movedEnds, rotationStep } from "./rotation";
import type { Session } from "./session";
import { reclaimStrays, straysOf } from "./strays";
import { isUnfinished, tagOf } from "./tag";

/** Renames, deletes what is due, rotates, and finishes what an interrupted run left. `state` is updated after each step. */
export async function updateKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const isLost = await resume(session, state, inputs);
    if (state.status !== "gone" && !isUnfinished(state.description)) await renameKey(session, state, inputs);
    applyOverlap(session, state, inputs);
    const rotation = isLost ? "now" : rotationStep(state, inputs, session.clock.now());
    // A run deletes one key. If there is no overlap, that is the current one.
    const deletesCurrentKey = rotation === "now" && state.status !== "gone" && overlapMs(inputs) === 0;
    if (!deletesCurrentKey) await retireDue(session, state);
    if (rotation === "now") await rotateKey(session, state, inputs);
    else if (state.status !== "ready" || wantsOtherEndpoint(state, inputs.readiness))
        await finishKey(session, state, inputs);
    else if (isUnfinished(state.description)) await renameKey(session, state, inputs);
    if (rotation !== "later") state.rotationTrigger = inputs.rotationTrigger;
}

/**
 * Looks at what an earlier run left. A key that was never accepted may have been deleted since. Strays may have this resource's
 * tag or, if resource or stack were renamed, the earlier one. Returns true for a pending key that cannot be found and that its
 * region does not accept: then another key is created, and the list that shows it proves whether the first is gone.
 */
async function resume(session: Session, state: KeyState, inputs: KeyInputs): Promise<boolean> {
    const isUnproven = state.status === "pending" || state.status === "unverified";
    const tagChanges = tagOf(state.description) !== tagOf(inputs.description);
    if (!isUnproven && !tagChanges) return false;
    const listed = await session.ownerKeys(state.owner);
    const key = isUnproven ? await findKey(session, state, listed) : undefined;
    if (key === "gone") state.status = "gone";
    await reclaimStrays(session, listed, straysOf(state));
    if (tagChanges)
        await reclaimStrays(session, listed, straysOf({ ...state, description: inputs.description }));
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

/**
 * Deletes the superseded key whose overlap ended first, one in each run. Confluent Cloud's clock must agree that it has ended,
 * because a deletion cannot be undone and the clock of this machine may be wrong.
 */
async function retireDue(session: Session, state: KeyState): Promise<void> {
    const nowMs = session.clock.now();
    const due = dueKey(state, nowMs);
    if (due === undefined) return;
    const leadMs = await session.clockLeadMs(state.owner);
    if (Date.parse(due.retireAt) > nowMs + leadMs) {
        session.engineLog.warn(
            `Flink API key ${due.apiKey} (${state.scope.name}) was not deleted: its overlap ends ${due.retireAt}, and Confluent Cloud's clock is at ${new Date(nowMs + leadMs).toISOString()}, this machine's at ${new Date(nowMs).toISOString()}. Set this machine's clock.`,
        );
        return;
    }
    await retireKey(session, supersededKey(state, due));
    state.superseded = state.superseded.filter((key) => key !== due);
    session.engineLog.info(
        `Deleted Flink API key ${due.apiKey} (${state.scope.name}): its overlap ended ${due.retireAt}.`,
    );
}
