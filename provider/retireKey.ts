import { deleteApiKey } from "../confluent/apiKeys";
import { ConfluentError, mayBeGone } from "../confluent/confluentError";
import { type DoubtfulKey, explainFate, fateOf } from "./keyExistence";
import type { Session } from "./session";

/**
 * Deletes a key. A key that is proven gone counts as deleted, also if this request deleted it and its answer was lost. Throws
 * if the caller is not allowed to delete it.
 */
export async function retireKey(session: Session, key: DoubtfulKey): Promise<void> {
    try {
        await deleteApiKey(session.api, key.apiKey);
    } catch (error) {
        const mayBeDeleted =
            error instanceof ConfluentError && (error.leavesOutcomeUnknown || mayBeGone(error));
        if (!mayBeDeleted) throw error;
        // If that cannot be found out, the first error is the one to report.
        const fate = await fateOf(session, key).catch(() => undefined);
        if (fate === "gone") return;
        throw fate === undefined || !mayBeGone(error) ? error : explainFate(error, key.apiKey, fate);
    }
}
