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

/** Renames, retires what is due, rotates, and finishes what an interrupted run left. `state` follows step by step. */
export async function updateKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const isLost = await resume(session, state, inputs);
    if (state.readiness !== "gone" && !isUnfinished(state.description))
        await renameKey(session, state, inputs);
    followSetting(session, state, inputs);
    const rotation = isLost ? "now" : rotationStep(state, inputs, session.clock.now());
    // One superseded key a run: with no overlap it is the current one.
    const isCurrentKeyTheOne = rotation === "now" && state.readiness !== "gone" && overlapMs(inputs) === 0;
    if (!isCurrentKeyTheOne) await retireDue(session, state);
    if (rotation === "now") await rotateKey(session, state, inputs);
    else if (state.readiness !== "ready" || wantsOtherEndpoint(state, inputs.readiness))
        await finishKey(session, state, inputs);
    else if (isUnfinished(state.description)) await renameKey(session, state, inputs);
    if (rotation !== "later") state.rotationTrigger = inputs.rotationTrigger;
}

/**
 * An unproven key may have been deleted since, and an interrupted run may have left strays: with the present tag and,
 * where resource or stack were renamed, with the earlier one. True for a pending key that nobody can see and that its
 * region does not accept: another one is made, and proves in the list whether the first is gone.
 */
async function resume(session: Session, state: KeyState, inputs: KeyInputs): Promise<boolean> {
    const isUnproven = state.readiness === "pending" || state.readiness === "unverified";
    const tagChanges = tagOf(state.description) !== tagOf(inputs.description);
    if (!isUnproven && !tagChanges) return false;
    const listed = await session.ownerKeys(state.owner);
    const key = isUnproven ? await findKey(session, state, listed) : undefined;
    if (key === "gone") state.readiness = "gone";
    await reclaimStrays(session, listed, straysOf(state));
    if (tagChanges)
        await reclaimStrays(session, listed, straysOf({ ...state, description: inputs.description }));
    return key === "unseen" && !(await isAccepted(session, state));
}

/** An overlap that is open ends when its present setting says. */
function followSetting(session: Session, state: KeyState, inputs: KeyInputs): void {
    const nowMs = session.clock.now();
    const superseded = followOverlap(state, inputs, nowMs);
    for (const { apiKey, retireAt } of movedEnds(state.superseded, superseded)) {
        // One that ends now is retired, and said to be.
        if (Date.parse(retireAt) <= nowMs) continue;
        session.engineLog.info(
            `Flink API key ${apiKey} (${state.scope.name}) now stays valid until ${retireAt}.`,
        );
    }
    state.superseded = superseded;
}

/**
 * Deletes the superseded key that is longest overdue, one a run. Confluent Cloud's clock has to agree: a deletion cannot be taken
 * back, and the clock of a machine may be wrong.
 */
async function retireDue(session: Session, state: KeyState): Promise<void> {
    const nowMs = session.clock.now();
    const due = dueKey(state, nowMs);
    if (due === undefined) return;
    const leadMs = await session.clockLeadMs(state.owner);
    if (Date.parse(due.retireAt) > nowMs + leadMs) {
        session.engineLog.warn(
            `Flink API key ${due.apiKey} (${state.scope.name}) was not retired: its overlap ends ${due.retireAt}, and Confluent Cloud's clock says ${new Date(nowMs + leadMs).toISOString()} where this machine's says ${new Date(nowMs).toISOString()}. Set this machine's clock.`,
        );
        return;
    }
    await retireKey(session, supersededKey(state, due));
    state.superseded = state.superseded.filter((key) => key !== due);
    session.engineLog.info(
        `Retired Flink API key ${due.apiKey} (${state.scope.name}): its overlap ended ${due.retireAt}.`,
    );
}
