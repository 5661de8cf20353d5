import { currentKey, supersededKey } from "./currentKey";
import { type Deletion, deleteKey } from "./deleteKey";
import type { KeyInputs } from "./keyInputs";
import type { KeyState, SupersededKey } from "./keyState";
import { ownershipOf, supersededOwnership } from "./ownership";
import type { OwnerKeys, Session } from "./session";
import { removeStrays, straysOf } from "./strays";
import { currentSuccessor, replacementOf } from "./successor";

/** Deletes the current key and those it superseded; and what an interrupted run left, because nothing looks for it afterwards. */
export async function deleteKeys(session: Session, state: KeyState): Promise<void> {
    const listed = await session.ownerKeys(state.owner).catch((error: Error) => error);
    const successor = replacementOf(session, state);
    const scopeName = state.scope.name;
    // A run that was interrupted may have given it the tag that is declared now, before its state was stored.
    const declared = session.declared.inPlaceOf(state);
    const doomed = [
        ...state.superseded.map((key) => ({
            key: supersededKey(state, key),
            ownership: supersededOwnership(state, key),
        })),
        // The current key last: as long as the list shows it, a key missing from the list is gone.
        { key: currentKey(state), ownership: ownershipOf(state, declared?.description) },
    ];
    const problems: unknown[] = [];
    for (const one of doomed) {
        try {
            const outcome = await deleteKey(session, { why: "resource", ...one, scopeName, successor });
            if (typeof outcome === "object") problems.push(new Error(outcome.kept));
        } catch (error) {
            problems.push(error);
        }
    }
    if (problems.length === 1) throw problems[0];
    if (problems.length > 1)
        throw new Error(problems.map((p) => (p instanceof Error ? p.message : p)).join("\n"));
    await sweepLast(session, state, listed);
}

async function sweepLast(session: Session, state: KeyState, listed: OwnerKeys | Error): Promise<void> {
    if (state.tag === undefined) return;
    try {
        if (listed instanceof Error) throw listed;
        await removeStrays(session, listed, straysOf(state));
    } catch (error) {
        session.engineLog.warn(
            `Could not check whether an interrupted run left a key of ${state.owner} for ${state.scope.name}. ${(error as Error).message}`,
        );
    }
}

/** Deletes a superseded key, if the gate lets it, and takes it out of the state. `doomed`: default what the state says of it. */
export async function deleteSuperseded(
    session: Session,
    state: KeyState,
    inputs: KeyInputs,
    overlap: SupersededKey,
    doomed: Pick<Deletion, "key" | "ownership"> = {
        key: supersededKey(state, overlap),
        ownership: supersededOwnership(state, overlap),
    },
): Promise<void> {
    const successor = currentSuccessor(session, state, inputs);
    const scopeName = state.scope.name;
    const outcome = await deleteKey(session, { why: "superseded", ...doomed, scopeName, successor, overlap });
    if (typeof outcome === "object") session.engineLog.warn(outcome.kept);
    else state.superseded = state.superseded.filter((key) => key !== overlap);
}
