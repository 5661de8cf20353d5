import { mayBeGone } from "../confluent/confluentError";
import { apiKeyCredentials } from "../confluent/credentials";
import { tryListStatements } from "../confluent/flinkStatements";
import type { Secret } from "../confluent/secret";
import type { Session } from "./session";

/** A region may go on accepting a deleted key for some seconds. */
const revocationMs = 30_000;
const betweenProbesMs = 3_000;
const probeTimeoutMs = 10_000;

/** A key whose absence is in question. */
export interface DoubtfulKey {
    readonly apiKey: string;
    readonly owner: string;
    /** What it takes to ask the region's Flink endpoint, where the state holds it. */
    readonly access?: KeyAccess;
}

export interface KeyAccess {
    readonly apiSecret: Secret;
    readonly environmentId: string;
    readonly restEndpoint: string;
}

/**
 * Whether a key for which Confluent Cloud answered 403 or 404 is gone for certain. Either may also mean that the
 * caller lost the right to see it. Two things are asked: the list of the owner's keys must not hold it, and where the
 * secret is known, the region's Flink endpoint must not accept it any more, for a list may leave out what a caller
 * must not see. Throws where the list cannot be had.
 */
export async function isGone(session: Session, key: DoubtfulKey): Promise<boolean> {
    const { keys } = await session.ownerKeysNow(key.owner);
    if (keys.some((listed) => listed.id === key.apiKey)) return false;
    const giveUpMs = session.clock.now() + revocationMs;
    while (await isAccepted(session, key)) {
        if (session.clock.now() >= giveUpMs) return false;
        await session.clock.sleep(betweenProbesMs);
    }
    return true;
}

/** Whether the region's Flink endpoint knows the key now: 200, or 403 for one whose owner lacks a role. */
async function isAccepted(session: Session, key: DoubtfulKey): Promise<boolean> {
    if (key.access === undefined || key.access.restEndpoint === "") return false;
    const { apiSecret, environmentId, restEndpoint } = key.access;
    const organizationId = await organizationOf(session, environmentId);
    if (organizationId === undefined) return false;
    const refusal = await tryListStatements(
        { restEndpoint, organizationId, environmentId },
        apiKeyCredentials(key.apiKey, apiSecret),
        session.clock,
        probeTimeoutMs,
    );
    return refusal === undefined || refusal.kind === "forbidden";
}

/** Undefined where the environment is gone: no key opens it any more. */
async function organizationOf(session: Session, environmentId: string): Promise<string | undefined> {
    try {
        return (await session.environment(environmentId)).organizationId;
    } catch (error) {
        if (mayBeGone(error)) return undefined;
        throw error;
    }
}
