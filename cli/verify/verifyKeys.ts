import type { Clock } from "../../confluent/clock";
import type { ConfluentError } from "../../confluent/confluentError";
import { apiKeyCredentials } from "../../confluent/credentials";
import { tryListStatements } from "../../confluent/flinkStatements";
import type { Secret } from "../../confluent/secret";

/** A key to prove. */
export interface ProvableKey {
    readonly apiKey: string;
    readonly apiSecret: Secret;
    /** `env-abc123` */
    readonly environmentId: string;
    /** `env-abc123.aws.us-east-2` */
    readonly scope: string;
    readonly restEndpoint: string;
    readonly organizationId: string;
}

export interface VerifiedKey {
    readonly apiKey: string;
    readonly scope: string;
    readonly restEndpoint: string;
    /** `ready`: accepted twice in a row. `refused`: the region answered otherwise. `unverified`: no answer came. */
    readonly readiness: "ready" | "refused" | "unverified";
    /** What the endpoint said, or what kept it from being asked; empty for `ready`. */
    readonly reason: string;
}

const maxInFlight = 8;

/** What these answers say of a Flink key; of a Cloud API key, of which the message would speak, they would say other. */
const verdicts: Readonly<Record<number, string>> = {
    401: "401: the region does not know the key or its secret; it was deleted, or made less than a minute ago",
    403: "403: the region knows the key, but its owner may not list statements; grant it FlinkDeveloper",
};

/** Asks each key's region in the key's own name, as a deployment does: accepted is what is accepted twice in a row. */
export async function verifyKeys(
    keys: readonly ProvableKey[],
    clock: Clock,
    timeoutMs: number,
): Promise<VerifiedKey[]> {
    const verified: VerifiedKey[] = new Array(keys.length);
    const waiting = keys.entries();
    const work = async (): Promise<void> => {
        for (const [i, key] of waiting) verified[i] = await verifyKey(key, clock, timeoutMs);
    };
    await Promise.all(Array.from({ length: maxInFlight }, work));
    return verified;
}

async function verifyKey(key: ProvableKey, clock: Clock, timeoutMs: number): Promise<VerifiedKey> {
    const { apiKey, scope, restEndpoint } = key;
    const credentials = apiKeyCredentials(apiKey, key.apiSecret);
    for (let accepted = 0; accepted < 2; accepted++) {
        const refusal = await tryListStatements(key, credentials, clock, timeoutMs);
        if (refusal === undefined) continue;
        const readiness = isVerdict(refusal) ? "refused" : "unverified";
        return {
            apiKey,
            scope,
            restEndpoint,
            readiness,
            // Of the region's endpoint, which is another setting than the one of the control plane.
            reason:
                (isVerdict(refusal) ? verdicts[refusal.status ?? 0] : undefined) ??
                refusal.message.replaceAll(
                    "confluentcloud:endpoint",
                    "the endpoint (restEndpoint, --endpoint)",
                ),
        };
    }
    return { apiKey, scope, restEndpoint, readiness: "ready", reason: "" };
}

/** 4xx is the region's verdict on the key; a proxy's answer, 429, 5xx and no answer at all say nothing of it. */
export function isVerdict(refusal: ConfluentError): boolean {
    const { status } = refusal;
    if (refusal.isFromElsewhere) return false;
    return status !== undefined && status >= 400 && status < 500 && status !== 407 && status !== 429;
}
