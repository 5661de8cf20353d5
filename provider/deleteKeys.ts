import { currentKey, supersededKey } from "./currentKey";
import { type Deletion, deleteKey } from "./deleteKey";
import type { KeyState } from "./keyState";
import { ownershipOf, supersededOwnership } from "./ownership";
import type { OwnerKeys, Session } from "./session";
import { removeStrays, straysOf } from "./strays";
import { replacementOf } from "./successor";

/**
 * Deletes the current key and those it superseded. It also deletes what an interrupted run left, because nothing looks for it
 * once the resource is gone.
 */
export async function deleteKeys(session: Session, state: KeyState): Promise<void> {
    const listed = await session.ownerKeys(state.owner).catch((error: Error) => error);
    const successor = replacementOf(session, state);
    const problems: unknown[] = [];
    const remove = async (key: Deletion["key"], ownership: Deletion["ownership"]): Promise<void> => {
        const scopeName = state.scope.name;
        const outcome = await deleteKey(session, { why: "resource", key, scopeName, ownership, successor });
        if (typeof outcome === "object") throw new Error(outcome.kept);
    };
    // The current key last: as long as the list shows it, a key missing from the list is gone.
    for (const key of state.superseded) {
        const ownership = supersededOwnership(state, key);
        await remove(supersededKey(state, key), ownership).catch((error) => problems.push(error));
    }
    // A run that was interrupted may have given it the tag that is declared now, before its state was stored.
    const declared = session.declared.inPlaceOf(state);
    await remove(currentKey(state), ownershipOf(state, declared?.description)).catch((error) =>
        problems.push(error),
    );
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
