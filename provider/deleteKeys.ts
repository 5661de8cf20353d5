import { getApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { currentKey, supersededKey } from "./currentKey";
import type { KeyState } from "./keyState";
import { retireKey } from "./retireKey";
import type { OwnerKeys, Session } from "./session";
import { reclaimStrays, straysOf } from "./strays";
import { tagOf } from "./tag";

/**
 * Deletes the current key and those it superseded. After the resource nobody looks for its strays any more, so what an
 * interrupted run left goes with it. A current key that another resource has taken over since is left to it.
 */
export async function deleteKeys(session: Session, state: KeyState): Promise<void> {
    const listed = await session.ownerKeys(state.owner).catch((error: Error) => error);
    const problems: unknown[] = [];
    // The current key last: as long as the list shows it, the list is believed of the others.
    for (const key of state.superseded) {
        await retireKey(session, supersededKey(state, key)).catch((error) => problems.push(error));
    }
    await letGo(session, state).catch((error) => problems.push(error));
    if (problems.length === 1) throw problems[0];
    if (problems.length > 1)
        throw new Error(problems.map((p) => (p instanceof Error ? p.message : p)).join("\n"));
    await sweepLast(session, state, listed);
}

async function letGo(session: Session, state: KeyState): Promise<void> {
    if (await isTakenOver(session, state)) {
        session.engineLog.warn(
            `Flink API key ${state.apiKey} (${state.scope.name}) is managed by another resource now, as its description says, so it was not deleted.`,
        );
    } else await retireKey(session, currentKey(state));
}

/**
 * It was adopted: in this run, or by one that has put its own tag behind the description. The key itself is asked, for a list may
 * be seconds behind: behind whoever has just taken the key over, and behind a new tag of this very resource.
 */
async function isTakenOver(session: Session, state: KeyState): Promise<boolean> {
    const ownTag = tagOf(state.description);
    const adoptedBy = session.adoptedBy(state.apiKey);
    if (adoptedBy !== undefined && adoptedBy !== ownTag) return true;
    if (ownTag === undefined || state.readiness === "gone") return false;
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
            `Whether an interrupted run left a key of ${state.owner} for ${state.scope.name} could not be found out. ${(error as Error).message}`,
        );
    }
}
