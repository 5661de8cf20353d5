import { ConfluentError } from "../confluent/confluentError";
import { type CreatedKey, createKey } from "./createKey";
import { currentKey } from "./currentKey";
import { deleteKey } from "./deleteKey";
import { deleteSuperseded } from "./deleteKeys";
import { finishKey } from "./finishKey";
import { type KeyInputs, overlapMs } from "./keyInputs";
import type { KeyState, SupersededKey } from "./keyState";
import { ownershipOf } from "./ownership";
import { NotReadyError } from "./readiness";
import { clockToleranceMs, type Session } from "./session";
import { isUnfinished } from "./tag";

/**
 * Creates a new key, which becomes the current key once it is usable. Then the old key stays valid for the overlap; one that was
 * never handed out is deleted at once.
 */
export async function rotateKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const oldKeyIsGone = state.status === "gone";
    const { key, secret, mayHaveStrays } = await createSuccessor(session, state, inputs);
    const postedAtMs = session.clock.now();
    const candidate: KeyState = {
        ...state,
        apiKey: key.id,
        apiSecret: secret,
        createdAt: key.createdAt,
        displayName: key.displayName,
        description: key.description,
        status: "pending",
    };
    try {
        await finishKey(session, candidate, inputs, mayHaveStrays);
    } catch (error) {
        const outcome = (await discard(session, state, candidate, inputs))
            ? "It was removed"
            : "The next pulumi up removes it";
        if (!(error instanceof NotReadyError)) throw error;
        const current = oldKeyIsGone ? "" : `; ${state.apiKey} stays the current key`;
        throw new Error(`${error.message}. ${outcome}${current}.`);
    }
    const supersededMs = laterOfClocks(session, candidate, postedAtMs);
    const overlap: SupersededKey = {
        apiKey: state.apiKey,
        retireAt: new Date(supersededMs + overlapMs(inputs)).toISOString(),
        supersededAt: new Date(supersededMs).toISOString(),
        ...(state.tag !== undefined && state.tag !== candidate.tag && { tag: state.tag }),
    };
    const old = { key: currentKey(state), ownership: ownershipOf(state) };
    const oldWasHandedOut = !isUnfinished(state.description);
    Object.assign(state, candidate, {
        rotationTrigger: inputs.rotationTrigger,
        superseded: oldKeyIsGone ? candidate.superseded : [...candidate.superseded, overlap],
    });
    if (oldKeyIsGone || (oldWasHandedOut && overlapMs(inputs) > 0)) return;
    await deleteSuperseded(session, state, inputs, overlap, old);
}

/** A refused POST has changed nothing; the message says which key stays. */
async function createSuccessor(session: Session, state: KeyState, inputs: KeyInputs): Promise<CreatedKey> {
    try {
        return await createKey(session, { ...inputs, ownerId: state.owner, scope: state.scope.resource });
    } catch (error) {
        if (!(error instanceof ConfluentError) || error.kind !== "quota" || state.status === "gone")
            throw error;
        throw new Error(`${error.message} ${state.apiKey} stays the current key.`);
    }
}

/**
 * The time from which the overlap counts. Confluent Cloud dates the new key, so clients get the whole overlap even if this clock
 * is behind. A header `Date` may come from a cache.
 */
function laterOfClocks(session: Session, { createdAt }: KeyState, postedAtMs: number): number {
    const nowMs = session.clock.now();
    const theirsMs = Date.parse(createdAt) + (nowMs - postedAtMs);
    if (Number.isNaN(theirsMs)) return nowMs;
    return Math.abs(theirsMs - nowMs) > clockToleranceMs ? theirsMs : Math.max(theirsMs, nowMs);
}

/** Deletes a key that never became usable. False if that fails; the state then holds it, and a later run deletes it. */
async function discard(
    session: Session,
    state: KeyState,
    candidate: KeyState,
    { description }: KeyInputs,
): Promise<boolean> {
    const key = currentKey(candidate);
    const scopeName = state.scope.name;
    const ownership = ownershipOf(candidate, description);
    const outcome = await deleteKey(session, { why: "discarded", key, scopeName, ownership }).catch(
        () => undefined,
    );
    if (outcome !== undefined && typeof outcome !== "object") return true;
    // Without `supersededAt` it has no overlap, whatever a clock says.
    const retireAt = new Date(session.clock.now()).toISOString();
    state.superseded = [...state.superseded, { apiKey: key.apiKey, retireAt }];
    return false;
}
