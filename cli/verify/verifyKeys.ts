import type { Clock } from "../../confluent/clock";
import type { ConfluentError } from "../../confluent/confluentError";
import { apiKeyCredentials } from "../../confluent/credentials";
import { tryListStatements } from "../../confluent/flinkStatements";
import type { Secret } from "../../confluent/secret";
import type { KeyStatus } from "../../provider/keyState";
import { inParallel } from "../inParallel";

export interface KeyToVerify {
    readonly apiKey: string;
    readonly apiSecret: Secret;
    /** `env-abc123` */
    readonly environmentId: string;
    /** `env-abc123.aws.us-east-2` */
    readonly scope: string;
    /** Of the key itself: the same, or `global`. */
    readonly keyScope: string;
    readonly restEndpoint: string;
    readonly organizationId: string;
    /** In the stack's state. */
    readonly status?: KeyStatus;
}

export interface VerifiedKey {
    readonly apiKey: string;
    readonly scope: string;
    readonly restEndpoint: string;
    /**
     * `ready`: accepted twice in a row. `refused`: the region refused it. `unverified`: the region did not answer.
     */
    readonly readiness: "ready" | "refused" | "unverified";
    /** The endpoint's response, or why it could not be reached; empty for `ready`. */
    readonly reason: string;
}

const maxInFlight = 8;

/** What these statuses mean for a Flink key. The usual messages are about a Cloud API key. */
const verdicts: Readonly<Record<number, string>> = {
    401: "401: the region does not know the key or its secret; it was deleted, or created less than a minute ago",
    403: "403: the region knows the key, but its owner may not list statements; grant it FlinkDeveloper",
};

function verdictOf({ status }: KeyToVerify, code: number | undefined): string | undefined {
    return code === 401 && status === "pending"
        ? "401: the region does not know the key yet. It is pending: the last pulumi up did not finish, run it again"
        : verdicts[code ?? 0];
}

/** Uses each key at its region's Flink endpoint, as a deployment does. A key is ready if it is accepted twice in a row. */
export function verifyKeys(
    keys: readonly KeyToVerify[],
    clock: Clock,
    timeoutMs: number,
): Promise<VerifiedKey[]> {
    return inParallel(keys, maxInFlight, (key) => verifyKey(key, clock, timeoutMs));
}

async function verifyKey(key: KeyToVerify, clock: Clock, timeoutMs: number): Promise<VerifiedKey> {
    const { apiKey, scope, restEndpoint } = key;
    const credentials = apiKeyCredentials(apiKey, key.apiSecret);
    for (let accepted = 0; accepted < 2; accepted++) {
        const refusal = await tryListStatements(key, credentials, clock, timeoutMs);
        if (refusal === undefined) continue;
        const readiness = isRegionsRefusal(refusal) ? "refused" : "unverified";
        return {
            apiKey,
            scope,
            restEndpoint,
            readiness,
            // The usual message names the setting of the control plane's endpoint. This is the region's.
            reason:
                (isRegionsRefusal(refusal) ? verdictOf(key, refusal.status) : undefined) ??
                refusal.message.replaceAll(
                    "confluentcloud:endpoint",
                    "the endpoint (restEndpoint, --endpoint)",
                ),
        };
    }
    return { apiKey, scope, restEndpoint, readiness: "ready", reason: "" };
}

/** Whether the region itself refused the key (4xx). A proxy's response, 407, 429, 5xx or no response proves nothing. */
export function isRegionsRefusal(refusal: ConfluentError): boolean {
    const { status } = refusal;
    if (refusal.isFromElsewhere) return false;
    return status !== undefined && status >= 400 && status < 500 && status !== 407 && status !== 429;
}
