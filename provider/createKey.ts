import { type ApiKey, createFlinkApiKey, type NewFlinkApiKey } from "../confluent/apiKeys";
import { ConfluentError } from "../confluent/confluentError";
import { principalExists } from "../confluent/principals";
import { patientPolicy, retryDelayMs } from "../confluent/retry";
import type { Secret } from "../confluent/secret";
import { requireEngine } from "./engine";
import type { Session } from "./session";
import { requireRunning } from "./stopping";
import { removeStrays, type StraySearch } from "./strays";
import { tagOf, unfinished } from "./tag";

const attempts = 3;

export interface CreatedKey {
    readonly key: ApiKey;
    readonly secret: Secret;
    /** An earlier attempt got no usable answer, and the key that it created may appear late. Look for strays again later. */
    readonly mayHaveStrays: boolean;
}

/**
 * Creates one API key, with the mark `unfinished`. The API has no idempotency key and shows the secret only once, so the POST is
 * never repeated blindly: strays of earlier runs, and of a POST whose outcome is unknown, are removed before it.
 */
export async function createKey(
    session: Session,
    key: NewFlinkApiKey,
    { stateIsUnknown = false } = {},
): Promise<CreatedKey> {
    const { ownerId: owner, scope, description } = key;
    const search = { owner, scopeName: scope.name, tag: tagOf(description), stateIsUnknown };
    await removeStrays(session, await session.ownerKeys(search.owner), search);
    const marked = { ...key, description: unfinished(key.description) };
    for (let attempt = 1; ; attempt++) {
        const undone = `No Flink API key was created for ${key.scope.name}`;
        requireRunning(session.stop, undone);
        await requireEngine(session.engine, undone);
        try {
            const made = await createFlinkApiKey(session.api, marked);
            session.known.add(made.key.id);
            session.created.add(made.key.id);
            return { ...made, mayHaveStrays: attempt > 1 };
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            if (!error.leavesOutcomeUnknown) throw await explainRefusal(session, key, error);
            await removeAfterDoubt(session, search, error);
            const isWorthAnother = (error.retryAfterMs ?? 0) <= patientPolicy.longestRetryAfterMs;
            if (attempt === attempts || !isWorthAnother) throw error;
            await session.clock.sleep(retryDelayMs({ error, attempt, elapsedMs: 0 }, patientPolicy, 1));
        }
    }
}

async function removeAfterDoubt(session: Session, search: StraySearch, doubt: ConfluentError): Promise<void> {
    try {
        await removeStrays(session, await session.ownerKeysNow(search.owner), search);
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(
            `${doubt.message} Could not find out whether a key was created: ${why} Run pulumi up again: it removes such a key and creates a new one.`,
        );
    }
}

/** The refusal, or an error that says that the owner does not exist. */
async function explainRefusal(
    session: Session,
    key: NewFlinkApiKey,
    refusal: ConfluentError,
): Promise<Error> {
    if (!["badRequest", "forbidden", "notFound", "invalid"].includes(refusal.kind)) return refusal;
    const exists = await principalExists(session.api, key.ownerId).catch(() => true);
    if (exists) return refusal;
    return new Error(
        `owner: got "${key.ownerId}", expected a service account or user of this organization that the Cloud API key is allowed to see (confluent iam service-account list, confluent iam user list). ${refusal.message}`,
    );
}
