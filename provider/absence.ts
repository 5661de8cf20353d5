import { type ConfluentError, mayBeGone } from "../confluent/confluentError";
import { apiKeyCredentials } from "../confluent/credentials";
import { tryListStatements } from "../confluent/flinkStatements";
import { getOrganizationId } from "../confluent/organizations";
import { principalExists } from "../confluent/principals";
import type { Secret } from "../confluent/secret";
import type { OwnerKeys, Session } from "./session";

/** A region may go on accepting a deleted key for some seconds. */
const revocationMs = 30_000;
/** A key that no region ever accepted may still be on its way, to the list as well, until it is so old. */
const settlingMs = 60_000;
const betweenProbesMs = 3_000;

/** A key whose absence is in question. */
export interface DoubtfulKey {
    readonly apiKey: string;
    readonly owner: string;
    /** What it takes to ask the region's Flink endpoint, where the state holds it. */
    readonly access?: KeyAccess;
    /** For a key without `access`: one of the same owner, which a list that can be believed shows. */
    readonly beside?: DoubtfulKey;
}

export interface KeyAccess {
    readonly apiSecret: Secret;
    readonly environmentId: string;
    readonly restEndpoint: string;
    /** The region has accepted the key before: it does not know it any more, rather than not yet. */
    readonly wasReady: boolean;
    /** ISO 8601. */
    readonly createdAt: string;
}

/**
 * What became of a key for which Confluent Cloud answered 403 or 404. `gone` is proven. `listed`: it lives, and the
 * caller may see it. `accepted`: its region accepts it, so it lives, and the caller must not see it. `unproven`: nothing
 * that was asked says for certain.
 */
export type Fate = "gone" | "listed" | "accepted" | "unproven";

/**
 * Finds out, by proof. A list without the key is not enough, for a caller who lost the right to see keys gets an empty
 * one: the region's Flink endpoint must refuse the key as well, or, where it cannot say, the list must be one that
 * would show the key (docs/decisions/006-absence.md). Throws where the list cannot be had.
 */
export async function fateOf(session: Session, key: DoubtfulKey): Promise<Fate> {
    const startMs = session.clock.now();
    for (;;) {
        const listed = await session.ownerKeysNow(key.owner);
        if (listed.keys.some(({ id }) => id === key.apiKey)) return "listed";
        const verdict = await askRegion(session, key);
        if (verdict === "unclear") return (await isBelievable(session, key, listed)) ? "gone" : "unproven";
        const waitedMs = session.clock.now() - startMs;
        if (verdict === "refused") {
            if (!mayBeSettling(key, listed, session)) return "gone";
            if (waitedMs >= settlingMs) return "unproven";
        } else if (waitedMs >= revocationMs) return "accepted";
        await session.clock.sleep(betweenProbesMs);
    }
}

/** The refusal, and what it means for the key. */
export function explainFate(refusal: ConfluentError, apiKey: string, fate: Fate): Error {
    const meaning: Record<Fate, string> = {
        gone: `${apiKey} does not exist any more: pulumi refresh takes it out of the state.`,
        listed: `${apiKey} exists: the Cloud API key may see it but not do this, or the change has not reached all of Confluent Cloud yet; check the role, then run again.`,
        accepted: `${apiKey} exists, for its region accepts it, and the Cloud API key must not see it. It is kept in the state; check the role, or run again in a minute if the key was deleted just now.`,
        unproven: `Whether ${apiKey} exists could not be proven, so it is kept in the state; check the role of the Cloud API key and whether the region's Flink endpoint can be reached. If the key is gone for certain: pulumi state delete URN.`,
    };
    return new Error(`${refusal.message} ${meaning[fate]}`);
}

/** Young, and never accepted by its region: that it is refused and not listed may be a matter of seconds. */
function mayBeSettling({ access }: DoubtfulKey, { asOfMs }: OwnerKeys, session: Session): boolean {
    if (access === undefined || access.wasReady) return false;
    return (asOfMs ?? session.clock.now()) - Date.parse(access.createdAt) < settlingMs;
}

/** `refused`: the region does not know the key (401). `accepted`: it does. `unclear`: anything else. */
async function askRegion(session: Session, key: DoubtfulKey): Promise<"refused" | "accepted" | "unclear"> {
    if (key.access === undefined || key.access.restEndpoint === "") return "unclear";
    const { apiSecret, environmentId, restEndpoint } = key.access;
    const seen = await organizationOf(session, environmentId);
    const organizationId = seen ?? (await getOrganizationId(session.api));
    const refusal = await tryListStatements(
        { restEndpoint, organizationId, environmentId },
        apiKeyCredentials(key.apiKey, apiSecret),
        session.clock,
        session.probeTimeoutMs,
    );
    if (refusal === undefined) return "accepted";
    if (refusal.kind === "unauthenticated") return "refused";
    // 403 is a key that is known and whose owner lacks a role; or it opened an environment that is no more.
    return refusal.kind === "forbidden" && seen !== undefined ? "accepted" : "unclear";
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

/** Whether the list would show the key if it lived. */
async function isBelievable(session: Session, key: DoubtfulKey, listed: OwnerKeys): Promise<boolean> {
    if (key.beside !== undefined) {
        const { beside } = key;
        return (
            listed.keys.some(({ id }) => id === beside.apiKey) || (await fateOf(session, beside)) === "gone"
        );
    }
    if (listed.keys.length > 0 || (await principalExists(session.api, key.owner))) return true;
    // The owner is gone, and its keys with it; or the caller sees nothing at all.
    return (
        key.access !== undefined && (await organizationOf(session, key.access.environmentId)) !== undefined
    );
}
