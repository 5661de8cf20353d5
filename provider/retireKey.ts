import { deleteApiKey } from "../confluent/apiKeys";
import { ConfluentError, mayBeGone } from "../confluent/confluentError";
import { type DoubtfulKey, explainFate, fateOf } from "./keyExistence";
import type { Session } from "./session";

/**
 * Deletes a key. One that is gone for certain is done, also where it was this request that deleted it and the answer
 * was lost; one that the caller is not allowed to delete is an error.
 */
export async function retireKey(session: Session, key: DoubtfulKey): Promise<void> {
    try {
        await deleteApiKey(session.api, key.apiKey);
    } catch (error) {
        const isOpen = error instanceof ConfluentError && (error.leavesOutcomeUnknown || mayBeGone(error));
        if (!isOpen) throw error;
        // Where nothing more can be asked, the first trouble is the one to tell.
        const fate = await fateOf(session, key).catch(() => undefined);
        if (fate === "gone") return;
        throw fate === undefined || !mayBeGone(error) ? error : explainFate(error, key.apiKey, fate);
    }
}
