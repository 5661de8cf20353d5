import { type ApiKey, getApiKey } from "../confluent/apiKeys";
import { type ConfluentError, mayBeGone } from "../confluent/confluentError";
import type { FlinkScope } from "../confluent/flinkScope";
import { printableUrl } from "../confluent/printableUrl";
import { Secret } from "../confluent/secret";
import type { KeyInputs, Unreachable } from "./keyInputs";
import type { KeyScope } from "./keyScope";
import { probe } from "./probe";
import type { Session } from "./session";
import { requireRunning, unlessStopped } from "./stopping";

/** A key that was created a moment ago may not have reached the region yet. */
const patienceMs = 60_000;
const betweenProbesMs = 2_000;

/** The scope that the key has to have, and the endpoint that has to accept it first. */
export interface ProbeTarget {
    readonly scope: KeyScope;
    readonly place: FlinkScope;
    readonly organizationId: string;
    readonly restEndpoint: string;
}

/** Takes over an existing key. Owner, scope and secret must be right; otherwise it is refused and not touched. */
export async function adoptKey(
    session: Session,
    inputs: KeyInputs,
    target: ProbeTarget,
): Promise<{ key: ApiKey; secret: Secret }> {
    const { apiKey, apiSecret } = inputs.adopt as NonNullable<KeyInputs["adopt"]>;
    const key = await getApiKey(session.api, apiKey).catch((error: unknown) => {
        if (!mayBeGone(error)) throw error;
        throw new Error(
            `adopt.apiKey: got "${apiKey}", expected an existing API key that the Cloud API key is allowed to see. ${error.message}`,
        );
    });
    const refuse = (got: string, wanted: string): Error =>
        new Error(`adopt.apiKey: got "${apiKey}", ${got}, expected ${wanted}. The key was not changed.`);
    if (key.ownerId !== inputs.owner)
        throw refuse(`which belongs to ${key.ownerId}`, `a key of ${inputs.owner}, the owner`);
    const found = key.scope?.name ?? "neither a Flink region nor global";
    if (found !== target.scope.name) throw refuse(`whose scope is ${found}`, target.scope.name);
    const secret = new Secret(apiSecret);
    await verifySecret(session, key.id, secret, target, inputs.readiness?.unreachable ?? "warn");
    return { key, secret };
}

/**
 * Asks the region whether key and secret belong together. 200 and 403 (no role) say yes, a lasting 401 no. An unreachable
 * endpoint proves nothing; `readiness.unreachable` decides then.
 */
async function verifySecret(
    session: Session,
    apiKey: string,
    secret: Secret,
    { place, organizationId, restEndpoint }: ProbeTarget,
    unreachable: Unreachable,
): Promise<void> {
    const endpoint = { restEndpoint, organizationId, environmentId: place.environmentId };
    const giveUpMs = session.clock.now() + patienceMs;
    for (;;) {
        const { answer, refusal } = await probe(session, { apiKey, apiSecret: secret, endpoint });
        if (refusal === undefined || answer === "knows") return;
        if (session.clock.now() >= giveUpMs) {
            // The wait for readiness, which comes next, logs the warning.
            if (refusal.isNetworkFault && unreachable !== "fail") return;
            throw unverified(apiKey, restEndpoint, refusal);
        }
        const status = refusal.status ?? refusal.kind;
        session.engineLog.status(
            `Flink API key ${apiKey}: the region does not accept the given secret (${status}), trying again`,
        );
        await unlessStopped(session.stop, session.clock.sleep(betweenProbesMs));
        requireRunning(session.stop, `Flink API key ${apiKey} was not changed`);
    }
}

function unverified(apiKey: string, restEndpoint: string, refusal: ConfluentError): Error {
    const what =
        refusal.kind === "unauthenticated"
            ? `${printableUrl(restEndpoint)} refuses ${apiKey} with the given secret (401), expected the secret that was shown when the key was created.`
            : `could not verify that it is the secret of ${apiKey}. ${refusal.message}`;
    return new Error(`adopt.apiSecret: ${what} The key was not changed.`);
}
