import { getApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { currentKey, supersededKey } from "./currentKey";
import type { KeyState } from "./keyState";
import { retireKey } from "./retireKey";
import type { OwnerKeys, Session } from "./session";
import { reclaimStrays, straysOf } from "./strays";
import { tagOf } from "./tag";

/**
 * Deletes the current key and those it superseded. It also deletes what an interrupted run left, because nothing looks for it
 * once the resource is gone. A current key that another resource has taken over is not deleted.
 */
export async function deleteKeys(session: Session, state: KeyState): Promise<void> {
    const listed = await session.ownerKeys(state.owner).catch((error: Error) => error);
    const problems: unknown[] = [];
    // The current key last: as long as the list shows it, a key missing from the list is gone.
    for (const key of state.superseded) {
        await retireKey(session, supersededKey(state, key)).catch((error) => problems.push(error));
    }
    await deleteOrRelease(session, state).catch((error) => problems.push(error));
    if (problems.length === 1) throw problems[0];
    if (problems.length > 1)
        throw new Error(problems.map((p) => (p instanceof Error ? p.message : p)).join("\n"));
    await sweepLast(session, state, listed);
}

async function deleteOrRelease(session: Session, state: KeyState): Promise<void> {
    if (await isTakenOver(session, state)) {
        session.engineLog.warn(
            `Flink API key ${state.apiKey} (${state.scope.name}) is now managed by another resource, as its description says, so it was not deleted.`,
        );
    } else await retireKey(session, currentKey(state));
}

/**
 * Another resource adopted it: in this run, or in another one, which changed the tag in the description. The key itself is read,
 * because a list may be seconds old: it may not show yet that another resource has taken the key over, or that this resource has
 * a new tag.
 */
async function isTakenOver(session: Session, state: KeyState): Promise<boolean> {
    const ownTag = tagOf(state.description);
    const adoptedBy = session.adoptedBy(state.apiKey);
    if (adoptedBy !== undefined && adoptedBy !== ownTag) return true;
    if (ownTag === undefined || state.status === "gone") return false;
    try {
        const tag = tagOf((await getApiKey(session.api, state.apiKey)).description);
        return tag !== undefined && tag !== ownTag;
    } catch (error) {
        // Whether it is gone is for the deletion to find out.
        if (mayBeGone(error)) return false;
        throw error;
    }
}

async function sweepLast(session: Session, state: KeyState, listed: OwnerKeys | Error): Promise<void> {
    if (tagOf(state.description) === undefined) return;
    try {
        if (listed instanceof Error) throw listed;
        await reclaimStrays(session, listed, straysOf(state));
    } catch (error) {
        session.engineLog.warn(
            `Could not check whether an interrupted run left a key of ${state.owner} for ${state.scope.name}. ${(error as Error).message}`,
        );
    }
}
