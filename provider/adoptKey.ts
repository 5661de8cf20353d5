import { type ApiKey, getApiKey } from "../confluent/apiKeys";
import { type ConfluentError, mayBeGone } from "../confluent/confluentError";
import type { FlinkEndpoint } from "../confluent/flinkStatements";
import { printableUrl } from "../confluent/printableUrl";
import { Secret } from "../confluent/secret";
import { unlessAborted } from "../confluent/unlessAborted";
import type { KeyInputs, Unreachable } from "./keyInputs";
import { type ProbedKey, probe } from "./probe";
import type { Session } from "./session";
import { requireRunning } from "./stopping";

/** A key that was created a moment ago may not have reached the region yet. */
const patienceMs = 60_000;
const betweenProbesMs = 2_000;

/**
 * Takes over an existing key, which `endpoint` has to accept first. Owner, scope and secret must be right; otherwise it is
 * refused and not touched.
 */
export async function adoptKey(
    session: Session,
    inputs: KeyInputs,
    scopeName: string,
    endpoint: FlinkEndpoint,
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
    if (found !== scopeName) throw refuse(`whose scope is ${found}`, scopeName);
    const secret = new Secret(apiSecret);
    const probed = { apiKey, apiSecret: secret, endpoint };
    await verifySecret(session, probed, inputs.readiness?.unreachable ?? "warn");
    return { key, secret };
}

/**
 * Asks the region whether key and secret belong together. 200 and 403 (no role) say yes, a lasting 401 no. An unreachable
 * endpoint proves nothing; `readiness.unreachable` decides then.
 */
async function verifySecret(session: Session, key: ProbedKey, unreachable: Unreachable): Promise<void> {
    const { apiKey, endpoint } = key;
    const giveUpMs = session.clock.now() + patienceMs;
    for (;;) {
        const { answer, refusal } = await probe(session, key);
        if (refusal === undefined || answer === "knows") return;
        if (session.clock.now() >= giveUpMs) {
            // The wait for readiness, which comes next, logs the warning.
            if (refusal.isNetworkFault && unreachable !== "fail") return;
            throw unverified(apiKey, endpoint.restEndpoint, refusal);
        }
        const status = refusal.status ?? refusal.kind;
        session.engineLog.status(
            `Flink API key ${apiKey}: the region does not accept the given secret (${status}), trying again`,
        );
        await unlessAborted(session.stop, session.clock.sleep(betweenProbesMs));
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
