import { type ApiKey, createFlinkApiKey, type NewFlinkApiKey } from "../confluent/apiKeys";
import { ConfluentError } from "../confluent/confluentError";
import { principalExists } from "../confluent/principals";
import { patientPolicy, retryDelayMs } from "../confluent/retry";
import type { Secret } from "../confluent/secret";
import type { OwnerKeys, Session } from "./session";
import { reclaimStrays, type StraySearch } from "./strays";

const attempts = 3;

export interface MintedKey {
    readonly key: ApiKey;
    readonly secret: Secret;
    /**
     * What to look for once more when some time has passed: an earlier attempt got no usable answer, and what it made
     * may come late. Undefined where there was no such attempt.
     */
    readonly lateStrays: StraySearch | undefined;
}

/**
 * Makes one API key. The API knows no idempotency key and shows the secret once, so the POST is never repeated
 * blindly: strays of an earlier run are looked for before it, and when its outcome is unknown, what it may have made is
 * removed before the next attempt.
 */
export async function mintKey(
    session: Session,
    key: NewFlinkApiKey,
    search: StraySearch,
): Promise<MintedKey> {
    const before = await session.ownerKeys(search.owner);
    await reclaimStrays(session, before, search);
    const ownStrays = straysOfThisRun(search, before);
    for (let attempt = 1; ; attempt++) {
        try {
            const made = await createFlinkApiKey(session.api, key);
            const known = new Set([...ownStrays.known, made.key.id]);
            return { ...made, lateStrays: attempt > 1 ? { ...ownStrays, known } : undefined };
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            if (!error.leavesOutcomeUnknown) throw await explainRefusal(session, key, error);
            await reclaimAfterDoubt(session, ownStrays, error);
            const isWorthAnother = (error.retryAfterMs ?? 0) <= patientPolicy.longestRetryAfterMs;
            if (attempt === attempts || !isWorthAnother) throw error;
            await session.clock.sleep(retryDelayMs(attempt, patientPolicy, error.retryAfterMs, 1));
        }
    }
}

/**
 * What this run itself may have left: not there before it, and made since. That holds whatever else the state may hold,
 * so these may be deleted. Where Confluent Cloud did not tell the time, only as far as `search` goes.
 */
function straysOfThisRun(search: StraySearch, before: OwnerKeys): StraySearch {
    const known = new Set([...search.known, ...before.keys.map(({ id }) => id)]);
    if (before.asOfMs === undefined) return { ...search, known };
    return { ...search, known, mayDelete: true, madeSinceMs: before.asOfMs };
}

async function reclaimAfterDoubt(
    session: Session,
    search: StraySearch,
    doubt: ConfluentError,
): Promise<void> {
    try {
        await reclaimStrays(session, await session.ownerKeysNow(search.owner), search);
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(
            `${doubt.message} Whether a key was made could not be found out (${why}) Run pulumi up again: it removes a key that was made and makes a new one.`,
        );
    }
}

/** A refusal that an owner who does not exist explains says so. */
async function explainRefusal(
    session: Session,
    key: NewFlinkApiKey,
    refusal: ConfluentError,
): Promise<Error> {
    if (!["badRequest", "forbidden", "notFound", "invalid"].includes(refusal.kind)) return refusal;
    const exists = await principalExists(session.api, key.ownerId).catch(() => true);
    if (exists) return refusal;
    return new Error(
        `owner: got "${key.ownerId}", expected a service account or user of this organization that the Cloud API key may see (confluent iam service-account list, confluent iam user list). ${refusal.message}`,
    );
}
