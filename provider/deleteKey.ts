import { type ApiKey, deleteApiKey, getApiKey } from "../confluent/apiKeys";
import { ConfluentError, mayBeGone } from "../confluent/confluentError";
import { requireEngine } from "./engine";
import { type DoubtfulKey, existenceOf, explainExistence } from "./keyExistence";
import type { SupersededKey } from "./keyState";
import { isOurs, type Ownership, releasedText } from "./ownership";
import { endsAtOnce } from "./rotation";
import { clockToleranceMs, type Session } from "./session";
import type { Successor } from "./successor";
import { isUnfinished } from "./tag";

/** Why a key is deleted. docs/decisions/009-one-gate.md says what is asked for each reason. */
export type Deletion =
    /** Left by an interrupted run. */
    | (Doomed & { readonly why: "stray" })
    /** This run created it, and it never became usable. */
    | (Doomed & { readonly why: "discarded" })
    /** A rotation has replaced it. */
    | (Doomed & {
          readonly why: "superseded";
          readonly successor: Successor;
          readonly overlap: SupersededKey;
      })
    /** Its resource is destroyed, taken out of the program or replaced. `successor`: undefined if nothing takes its place. */
    | (Doomed & { readonly why: "resource"; readonly successor: Successor | undefined });

interface Doomed {
    readonly key: DoubtfulKey;
    /** `env-abc123.aws.us-east-2`, for messages. */
    readonly scopeName: string;
    readonly ownership: Ownership;
}

/**
 * What became of the key. `deleted`: by this call. `gone`: it was already. `released`: it belongs to another resource now.
 * `kept`: it must not be deleted now, for the reason given.
 */
export type Outcome = "deleted" | "gone" | "released" | { readonly kept: string };

/**
 * The only function that deletes keys. It asks, in this order: is the engine still there; is the key still ours; does what takes
 * its place work; has its time come; is it proven gone. A key that still has the mark `unfinished` was never handed out, so it
 * has no successor to wait for and no overlap. Throws if a question cannot be answered.
 */
export async function deleteKey(session: Session, deletion: Deletion): Promise<Outcome> {
    const { key } = deletion;
    const name = `Flink API key ${key.apiKey} (${deletion.scopeName})`;
    await requireEngine(session.engine, `${name} was not deleted`);
    const found = await readNow(session, key);
    if (found === "gone") return settle(session, key, "gone");
    if (!isOurs(deletion.ownership, found.description)) {
        // A forced replacement may adopt the key that the resource has.
        if (!deletion.ownership.tags.includes(session.adopters.get(key.apiKey) ?? ""))
            session.engineLog.warn(
                `${name} ${releasedText}, as its description says ("${found.description}"), so it was not deleted.`,
            );
        return settle(session, key, "released");
    }
    const kept = await reasonToKeep(session, deletion, found, name);
    if (kept !== undefined) return settle(session, key, { kept });
    // What was asked since may have taken long.
    await requireEngine(session.engine, `${name} was not deleted`);
    await sendDelete(session, key);
    if (deletion.why === "superseded")
        session.engineLog.info(`Deleted ${name}: its overlap ended ${deletion.overlap.retireAt}.`);
    return settle(session, key, "deleted");
}

async function reasonToKeep(
    session: Session,
    deletion: Deletion,
    found: ApiKey & { readonly asOfMs: number | undefined },
    name: string,
): Promise<string | undefined> {
    const { key, ownership } = deletion;
    const adopter = session.adopters.get(key.apiKey);
    if (adopter !== undefined && !ownership.tags.includes(adopter))
        return `${name} was not deleted: another resource of this program adopts it. Run pulumi up again.`;
    if (deletion.why === "discarded" || isUnfinished(found.description)) return undefined;
    if (deletion.why === "stray") return `${name} was not deleted: it was handed out.`;
    const doubt = await deletion.successor?.();
    if (doubt !== undefined) return `${name} was not deleted: ${doubt}`;
    return deletion.why === "superseded"
        ? tooEarly(session, deletion.overlap, found.asOfMs, name)
        : undefined;
}

/** Both clocks must agree that the overlap has ended: a deletion cannot be undone, and either clock may be wrong. */
function tooEarly(
    session: Session,
    overlap: SupersededKey,
    asOfMs: number | undefined,
    name: string,
): string | undefined {
    if (endsAtOnce(overlap)) return undefined;
    const nowMs = session.clock.now();
    const isApart = asOfMs !== undefined && Math.abs(asOfMs - nowMs) > clockToleranceMs;
    const earlierMs = isApart ? Math.min(asOfMs, nowMs) : nowMs;
    if (Date.parse(overlap.retireAt) <= earlierMs) return undefined;
    return `${name} was not deleted: its overlap ends ${overlap.retireAt}, and Confluent Cloud's clock is at ${new Date(asOfMs ?? nowMs).toISOString()}, this machine's at ${new Date(nowMs).toISOString()}. Set this machine's clock.`;
}

/** A key that cannot be read and is not proven gone: nobody knows whose it is. */
export class UnreadableKeyError extends Error {
    override readonly name = "UnreadableKeyError";
}

async function readNow(
    session: Session,
    key: DoubtfulKey,
): Promise<(ApiKey & { readonly asOfMs: number | undefined }) | "gone"> {
    if (key.state?.status === "gone") return "gone";
    try {
        return await getApiKey(session.api, key.apiKey);
    } catch (error) {
        if (!mayBeGone(error)) throw error;
        const existence = await existenceOf(session, key);
        if (existence === "gone") return "gone";
        const isShown = existence === "listed";
        const shown = isShown && (await getApiKey(session.api, key.apiKey).catch(() => undefined));
        if (shown) return shown;
        throw new UnreadableKeyError(explainExistence(error, key.apiKey, existence).message);
    }
}

/** A key that is proven gone counts as deleted, also if this request deleted it and its answer was lost. */
async function sendDelete(session: Session, key: DoubtfulKey): Promise<void> {
    try {
        await deleteApiKey(session.api, key.apiKey);
        session.deleted.add(key.apiKey);
    } catch (error) {
        const mayBeDeleted =
            error instanceof ConfluentError && (error.leavesOutcomeUnknown || mayBeGone(error));
        if (!mayBeDeleted) throw error;
        // If that cannot be found out, the first error is the one to report.
        const existence = await existenceOf(session, key).catch(() => undefined);
        if (existence === "gone") return;
        throw existence === undefined || !mayBeGone(error)
            ? error
            : explainExistence(error, key.apiKey, existence);
    }
}

function settle(session: Session, { apiKey }: DoubtfulKey, outcome: Outcome): Outcome {
    session.announced.delete(apiKey);
    return outcome;
}
