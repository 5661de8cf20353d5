import { deleteApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { type DoubtfulKey, explainFate, fateOf } from "./absence";
import type { Session } from "./session";

/** Deletes a key. One that is gone for certain is done; one that must not be deleted is an error. */
export async function retireKey(session: Session, key: DoubtfulKey): Promise<void> {
    try {
        await deleteApiKey(session.api, key.apiKey);
    } catch (error) {
        if (!mayBeGone(error)) throw error;
        const fate = await fateOf(session, key);
        if (fate !== "gone") throw explainFate(error, key.apiKey, fate);
    }
}
