import { type AppliedQuota, listAppliedQuotas } from "../confluent/appliedQuotas";
import { ConfluentError } from "../confluent/confluentError";
import type { Session } from "./session";

/** An owner's quotas as this run has read them, and the number of keys that it has started to create since. */
interface Reading {
    readonly quotas: readonly AppliedQuota[];
    begun: number;
}

const readings = new WeakMap<Session, Map<string, Promise<Reading>>>();

/**
 * Checks before a rotation whether the quotas allow one more key. Throws if they do not, and warns if that is uncertain. Does
 * nothing if the quotas cannot be read, which needs a role of its own.
 *
 * Confluent documents no quota for Flink keys by name. An organization's limit on all keys includes them. An owner's limit on
 * cluster keys includes them if its usage is higher than the number of the owner's other keys. Limits on Cloud API keys do not
 * include them. If nothing is certain, the POST answers 402.
 */
export async function requireRoomForKey(session: Session, owner: string, currentKey: string): Promise<void> {
    // If there seems to be no room, read again: this run may have deleted keys since.
    if (findLack(await read(session, owner), owner)) readings.get(session)?.delete(owner);
    const reading = await read(session, owner);
    const lack = findLack(reading, owner);
    if (lack === undefined) {
        reading.begun += 1;
        return;
    }
    const counted = `Confluent Cloud counts ${lack.usage} of ${lack.limit} for the quota ${lack.id}`;
    const remedy = `Delete API keys of ${owner} that are no longer used (confluent api-key list), or ask Confluent to raise the quota (confluent service-quota list).`;
    if (!(await countsFlinkKeys(session, lack, owner))) {
        session.engineLog.warn(
            `The rotation of Flink API key ${currentKey} may be refused: ${counted}, and whether that counts Flink keys is not known. ${remedy}`,
        );
        return;
    }
    throw new Error(
        `The rotation needs one more key, and ${counted}. Nothing was created; ${currentKey} stays the current key. ${remedy}`,
    );
}

function findLack({ quotas, begun }: Reading, owner: string): AppliedQuota | undefined {
    return quotas.find(
        ({ id, accountId, usage, limit }) =>
            /api_?keys/.test(id) &&
            !/cloud_api_?keys/.test(id) &&
            (accountId === undefined || accountId === owner) &&
            usage !== undefined &&
            usage + begun >= limit,
    );
}

async function countsFlinkKeys(session: Session, quota: AppliedQuota, owner: string): Promise<boolean> {
    if (/flink/.test(quota.id)) return true;
    if (quota.accountId === undefined) return !/cluster|kafka|ksql|schema|tableflow|global/.test(quota.id);
    const { keys } = await session.ownerKeys(owner);
    const others = keys.filter(({ scope }) => scope === undefined).length;
    return (quota.usage ?? 0) > others;
}

function read(session: Session, owner: string): Promise<Reading> {
    const byOwner = readings.get(session) ?? new Map<string, Promise<Reading>>();
    readings.set(session, byOwner);
    const known = byOwner.get(owner);
    if (known) return known;
    const reading = readQuotas(session, owner).then((quotas) => ({ quotas, begun: 0 }));
    byOwner.set(owner, reading);
    return reading;
}

/** Empty if they cannot be read: a rotation must not fail because of that. */
async function readQuotas(session: Session, owner: string): Promise<readonly AppliedQuota[]> {
    const scopes = [owner.startsWith("u-") ? "USER_ACCOUNT" : "SERVICE_ACCOUNT", "ORGANIZATION"] as const;
    try {
        return (await Promise.all(scopes.map((scope) => listAppliedQuotas(session.api, scope)))).flat();
    } catch (error) {
        if (error instanceof ConfluentError) return [];
        throw error;
    }
}
