import { currentKey } from "./currentKey";
import { type KeyInputs, overlapMs } from "./keyInputs";
import type { KeyState, SupersededKey } from "./keyState";
import { mintKey } from "./mintKey";
import { proveKey } from "./proveKey";
import { requireRoomForKey } from "./quota";
import { NotReadyError } from "./readiness";
import { renameKey } from "./renameKey";
import { retireKey } from "./retireKey";
import type { Session } from "./session";
import { reclaimStraysNow } from "./strays";
import { isUnfinished } from "./tag";

/**
 * Creates a new key, which becomes the current key once it is usable. Until then, and if that fails, the old key stays current.
 * Afterwards the old key stays valid for the overlap; one that was never handed out is deleted at once.
 */
export async function rotateKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const oldKeyIsGone = state.status === "gone";
    const oldWasHandedOut = !isUnfinished(state.description);
    const overlap = overlapMs(inputs);
    if (!oldKeyIsGone) await requireRoomForKey(session, state.owner, state.apiKey);
    const { key, secret, mayHaveStrays } = await mintKey(session, {
        ...inputs,
        ownerId: state.owner,
        scope: state.scope,
    });
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
        const proof = await proveKey(session, candidate, inputs);
        if (mayHaveStrays) await reclaimStraysNow(session, candidate);
        await renameKey(session, candidate, inputs);
        if (candidate.status === "gone")
            throw new Error(`Flink API key ${key.id} was deleted outside Pulumi`);
        Object.assign(candidate, proof);
    } catch (error) {
        const outcome = (await discard(session, state, candidate))
            ? "It was removed"
            : "The next pulumi up removes it";
        if (!(error instanceof NotReadyError)) throw error;
        const current = oldKeyIsGone ? "" : `; ${state.apiKey} stays the current key`;
        throw new Error(`${error.message}. ${outcome}${current}.`);
    }
    // By Confluent Cloud's clock, so that clients get the whole overlap even if this machine's clock is wrong.
    const nowMs = session.clock.now() + (await session.clockLeadMs(state.owner));
    const old: SupersededKey = {
        apiKey: state.apiKey,
        retireAt: new Date(nowMs + overlap).toISOString(),
        supersededAt: new Date(nowMs).toISOString(),
    };
    const oldKey = currentKey(state);
    const isNewKeyProven = candidate.status === "ready";
    Object.assign(state, candidate, {
        rotationTrigger: inputs.rotationTrigger,
        superseded: oldKeyIsGone ? state.superseded : [...state.superseded, old],
    });
    if (oldKeyIsGone) return;
    if (!oldWasHandedOut || (overlap === 0 && isNewKeyProven)) {
        await retireKey(session, oldKey);
        state.superseded = state.superseded.filter((key) => key !== old);
    }
}

/** Deletes a key that never became usable. False if that fails; the state then holds it, and a later run deletes it. */
async function discard(session: Session, state: KeyState, candidate: KeyState): Promise<boolean> {
    try {
        await retireKey(session, currentKey(candidate));
        return true;
    } catch {
        // In the past by both clocks.
        const leadMs = Math.min(0, await session.clockLeadMs(state.owner));
        const retireAt = new Date(session.clock.now() + leadMs).toISOString();
        state.superseded = [...state.superseded, { apiKey: candidate.apiKey, retireAt }];
        return false;
    }
}
