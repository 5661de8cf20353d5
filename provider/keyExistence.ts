import { type ApiKey, getApiKey } from "../confluent/apiKeys";
import { type ConfluentError, unlessGone } from "../confluent/confluentError";
import { principalExists } from "../confluent/principals";
import { type Existence, existenceFrom, type Facts } from "./evidence";
import { firstEndpoint, type KeyState } from "./keyState";
import { probePatiently, type RegionAnswer } from "./probe";
import type { OwnerKeys, Session } from "./session";

const betweenQuestionsMs = 3_000;

export interface DoubtfulKey {
    readonly apiKey: string;
    readonly owner: string;
    /** The state of which it is the current key. */
    readonly state?: KeyState;
    /** For a key without `state`: the key that replaced it. A list that shows that one can be trusted. */
    readonly supersededBy?: DoubtfulKey;
}

/**
 * Finds out what happened to a key after 403 or 404. The rules are in `evidence.ts`. Throws if Confluent Cloud cannot be
 * reached.
 */
export async function existenceOf(session: Session, key: DoubtfulKey): Promise<Existence> {
    // An earlier run has proven it.
    if (key.state?.status === "gone") return "gone";
    const startMs = session.clock.now();
    for (;;) {
        if (session.deleted.has(key.apiKey)) return "gone";
        const facts = await gather(session, key, startMs);
        const existence = existenceFrom(facts);
        if (existence !== "ask again") return existence;
        await session.clock.sleep(betweenQuestionsMs);
    }
}

/** The refusal, followed by what it means for the key. */
export function explainExistence(refusal: ConfluentError, apiKey: string, existence: Existence): Error {
    const meaning: Record<Existence, string> = {
        gone: `${apiKey} no longer exists: pulumi refresh removes it from the state.`,
        listed: `${apiKey} exists. The Cloud API key is allowed to see it but not to do this, or a change has not reached all of Confluent Cloud yet. Check its role, then run again.`,
        accepted: `${apiKey} exists, because its region accepts it, but the Cloud API key is not allowed to see it. It is kept in the state. Check the role of the Cloud API key; if the key was deleted just now, run again in a minute.`,
        unknown: `Could not find out whether ${apiKey} exists, so it is kept in the state. Check the role of the Cloud API key, and whether the region's Flink endpoint can be reached. If you know that the key is gone: pulumi state delete URN.`,
    };
    return new Error(`${refusal.message} ${meaning[existence]}`);
}

async function gather(session: Session, key: DoubtfulKey, startMs: number): Promise<Facts> {
    const shown = await unlessGone(getApiKey(session.api, key.apiKey));
    const byId = shown ? "shown" : "refused";
    const listed = await session.ownerKeysNow(key.owner);
    const inList = listed.keys.some(({ id }) => id === key.apiKey);
    const createdAtMs = Date.parse(key.state?.createdAt ?? "");
    const ageMs = (listed.asOfMs ?? session.clock.now()) - createdAtMs;
    return {
        byId,
        inList,
        listShowsKeys: byId === "shown" || inList ? "nothing" : await visibility(session, key, listed),
        region: byId === "shown" ? "silent" : await askRegion(session, key),
        // The state has neither endpoint nor age of a superseded key. It was current once, so it had been accepted.
        hadAccepted: key.state === undefined || key.state.status === "ready",
        ageMs: Number.isNaN(ageMs) ? undefined : ageMs,
        waitedMs: session.clock.now() - startMs,
    };
}

async function askRegion(session: Session, { apiKey, state }: DoubtfulKey): Promise<RegionAnswer> {
    // Without the secret, a refusal says nothing about the key.
    const restEndpoint = state && firstEndpoint(state);
    if (!restEndpoint || state.apiSecret.isEmpty) return "silent";
    const { apiSecret } = state;
    const { environmentId } = state.scope;
    const seen = await organizationOf(session, environmentId);
    const organizationId = state.organizationId ?? seen;
    if (organizationId === undefined) return "silent";
    const endpoint = { restEndpoint, organizationId, environmentId };
    const answer = await probePatiently(session, { apiKey, apiSecret, endpoint });
    // If the environment is gone, 403 says nothing about the key.
    return answer === "knows" && seen === undefined ? "silent" : answer;
}

/** Undefined if the environment is gone, or if the caller may not see it. */
async function organizationOf(session: Session, environmentId: string): Promise<string | undefined> {
    return (await unlessGone(session.environment(environmentId)))?.organizationId;
}

async function visibility(
    session: Session,
    key: DoubtfulKey,
    listed: OwnerKeys,
): Promise<Facts["listShowsKeys"]> {
    const { supersededBy } = key;
    const state = key.state ?? supersededBy?.state;
    const seen = state && (await organizationOf(session, state.scope.environmentId));
    // A key without a state was found with these credentials.
    const isOwnOrganization =
        state === undefined || (seen ?? (await session.organizationId())) === (state.organizationId ?? seen);
    if (!isOwnOrganization) return "nothing";
    if (supersededBy !== undefined) {
        const isListed = listed.keys.some(({ id }) => id === supersededBy.apiKey);
        return isListed || (await existenceOf(session, supersededBy)) === "gone"
            ? "superseding key"
            : "nothing";
    }
    const isSimilar = ({ scope }: ApiKey): boolean =>
        state === undefined || scope?.environmentId === state.scope.environmentId;
    if (listed.keys.some(isSimilar)) return "other key";
    const isOwnerGone = seen !== undefined && !(await principalExists(session.api, key.owner));
    return isOwnerGone ? "owner gone" : "nothing";
}
