import { getApiKey } from "../confluent/apiKeys";
import { type ConfluentError, mayBeGone } from "../confluent/confluentError";
import { apiKeyCredentials } from "../confluent/credentials";
import { tryListStatements } from "../confluent/flinkStatements";
import { getOrganizationId } from "../confluent/organizations";
import { principalExists } from "../confluent/principals";
import type { Secret } from "../confluent/secret";
import { type Facts, type Fate, judge } from "./evidence";
import type { OwnerKeys, Session } from "./session";

const betweenQuestionsMs = 3_000;

/** A key whose absence is in question. */
export interface DoubtfulKey {
    readonly apiKey: string;
    readonly owner: string;
    /** An earlier run has proven that it is gone, and the state says so. */
    readonly isKnownGone?: boolean;
    /** What it takes to ask the region's Flink endpoint, where the state holds it. */
    readonly access?: KeyAccess;
    /** For a key without `access`: the one that took over from it, which a list that can be believed shows. */
    readonly supersededBy?: DoubtfulKey;
}

export interface KeyAccess {
    readonly apiSecret: Secret;
    readonly environmentId: string;
    readonly restEndpoint: string;
    /** This endpoint has accepted the key before: when it does not know it, it does not know it any more. */
    readonly hadAccepted: boolean;
    /** ISO 8601. */
    readonly createdAt: string;
}

/**
 * Finds out what became of a key for which Confluent Cloud answered 403 or 404; `evidence.ts` says what proves what.
 * Throws where the control plane cannot be asked.
 */
export async function fateOf(session: Session, key: DoubtfulKey): Promise<Fate> {
    if (key.isKnownGone) return "gone";
    const startMs = session.clock.now();
    for (;;) {
        const facts = await gather(session, key, startMs);
        const fate = judge(facts);
        if (fate !== "ask again") return fate;
        await session.clock.sleep(betweenQuestionsMs);
    }
}

/** The refusal, and what it means for the key. */
export function explainFate(refusal: ConfluentError, apiKey: string, fate: Fate): Error {
    const meaning: Record<Fate, string> = {
        gone: `${apiKey} does not exist any more: pulumi refresh takes it out of the state.`,
        listed: `${apiKey} exists: the Cloud API key may see it but not do this, or the change has not reached all of Confluent Cloud yet; check the role, then run again.`,
        accepted: `${apiKey} exists, for its region accepts it, and the Cloud API key is not allowed to see it. It is kept in the state; check the role, or run again in a minute if the key was deleted just now.`,
        unproven: `Whether ${apiKey} exists could not be proven, so it is kept in the state; check the role of the Cloud API key and whether the region's Flink endpoint can be reached. If the key is gone for certain: pulumi state delete URN.`,
    };
    return new Error(`${refusal.message} ${meaning[fate]}`);
}

async function gather(session: Session, key: DoubtfulKey, startMs: number): Promise<Facts> {
    const byId = await readById(session, key.apiKey);
    const listed = await session.ownerKeysNow(key.owner);
    const inList = listed.keys.some(({ id }) => id === key.apiKey);
    const createdAtMs = Date.parse(key.access?.createdAt ?? "");
    const ageMs = (listed.asOfMs ?? session.clock.now()) - createdAtMs;
    return {
        byId,
        inList,
        listShowsKeys: byId === "shown" || inList ? "nothing" : await visibility(session, key, listed),
        region: byId === "shown" ? "silent" : await askRegion(session, key),
        // Of a superseded key the state tells neither endpoint nor age: it was current once, so it had been accepted.
        hadAccepted: key.access?.hadAccepted ?? true,
        ageMs: Number.isNaN(ageMs) ? undefined : ageMs,
        waitedMs: session.clock.now() - startMs,
    };
}

async function readById(session: Session, apiKey: string): Promise<Facts["byId"]> {
    try {
        await getApiKey(session.api, apiKey);
        return "shown";
    } catch (error) {
        if (mayBeGone(error)) return "refused";
        throw error;
    }
}

async function askRegion(session: Session, key: DoubtfulKey): Promise<Facts["region"]> {
    // Without the secret, a refusal says nothing of the key.
    if (!key.access?.restEndpoint || key.access.apiSecret.isEmpty) return "silent";
    const { apiSecret, environmentId, restEndpoint } = key.access;
    const seen = await organizationOf(session, environmentId);
    const organizationId = seen ?? (await getOrganizationId(session.api));
    const refusal = await tryListStatements(
        { restEndpoint, organizationId, environmentId },
        apiKeyCredentials(key.apiKey, apiSecret),
        session.clock,
        session.probeTimeoutMs,
    );
    if (refusal === undefined) return "accepts";
    if (refusal.kind === "unauthenticated") return "refuses";
    // In an environment that is no more, 403 says nothing of the key.
    return refusal.kind === "forbidden" && seen !== undefined ? "knows" : "silent";
}

/** Undefined where the environment is gone, or not for the caller to see. */
async function organizationOf(session: Session, environmentId: string): Promise<string | undefined> {
    try {
        return (await session.environment(environmentId)).organizationId;
    } catch (error) {
        if (mayBeGone(error)) return undefined;
        throw error;
    }
}

async function visibility(
    session: Session,
    key: DoubtfulKey,
    listed: OwnerKeys,
): Promise<Facts["listShowsKeys"]> {
    const { supersededBy } = key;
    if (supersededBy !== undefined) {
        const isListed = listed.keys.some(({ id }) => id === supersededBy.apiKey);
        return isListed || (await fateOf(session, supersededBy)) === "gone" ? "superseding key" : "nothing";
    }
    if (listed.keys.length > 0) return "other key";
    if (await principalExists(session.api, key.owner)) return "owner";
    const canSee = key.access && (await organizationOf(session, key.access.environmentId)) !== undefined;
    return canSee ? "owner gone" : "nothing";
}
