import { type ApiKey, getApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { apiKeyCredentials } from "../confluent/credentials";
import type { FlinkScope } from "../confluent/flinkScope";
import { tryListStatements } from "../confluent/flinkStatements";
import { Secret } from "../confluent/secret";
import type { KeyInputs } from "./keyInputs";
import type { Session } from "./session";

const probeTimeoutMs = 10_000;
/** A key made elsewhere a moment ago may still be on its way to the region. */
const patienceMs = 60_000;
const betweenProbesMs = 2_000;

/**
 * Takes over a key that was made elsewhere: with the CLI, the console, the REST API or Terraform. Its owner and scope
 * must be the declared ones and its secret must be the right one; otherwise it is refused, untouched. Nothing is
 * created.
 */
export async function adoptKey(
    session: Session,
    inputs: KeyInputs,
    scope: FlinkScope,
    place: { readonly organizationId: string; readonly restEndpoint: string },
): Promise<{ key: ApiKey; secret: Secret; wasInDoubt: false }> {
    const { apiKey, apiSecret } = inputs.adopt as NonNullable<KeyInputs["adopt"]>;
    const key = await getApiKey(session.api, apiKey).catch((error: unknown) => {
        if (!mayBeGone(error)) throw error;
        throw new Error(
            `adopt.apiKey: got "${apiKey}", expected an API key that exists and that the Cloud API key may see. ${error.message}`,
        );
    });
    if (key.ownerId !== inputs.owner) {
        throw new Error(`adopt.apiKey: ${apiKey} belongs to ${key.ownerId}, expected owner ${inputs.owner}.`);
    }
    if (key.scope?.name !== scope.name) {
        const found = key.scope?.name ?? "something other than a Flink region";
        throw new Error(`adopt.apiKey: ${apiKey} opens ${found}, expected ${scope.name}.`);
    }
    const secret = new Secret(apiSecret);
    await proveSecret(session, apiKey, secret, { ...place, environmentId: scope.environmentId });
    return { key, secret, wasInDoubt: false };
}

/**
 * 401 says that key and secret do not belong together, when it does not pass. Any other answer is left to the wait for
 * readiness, which follows.
 */
async function proveSecret(
    session: Session,
    apiKey: string,
    secret: Secret,
    endpoint: { organizationId: string; restEndpoint: string; environmentId: string },
): Promise<void> {
    const giveUpMs = session.clock.now() + patienceMs;
    for (;;) {
        const credentials = apiKeyCredentials(apiKey, secret);
        const refusal = await tryListStatements(endpoint, credentials, session.clock, probeTimeoutMs);
        if (refusal?.kind !== "unauthenticated") return;
        if (session.clock.now() >= giveUpMs) {
            throw new Error(
                `adopt.apiSecret: ${endpoint.restEndpoint} refuses ${apiKey} with the secret given (401), expected the secret that was shown when the key was made. The key was left as it is.`,
            );
        }
        session.notices.status(
            `Flink API key ${apiKey}: the region refuses the secret given (401), asking again`,
        );
        await session.clock.sleep(betweenProbesMs);
    }
}
