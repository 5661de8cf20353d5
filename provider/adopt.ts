import { type ApiKey, getApiKey } from "../confluent/apiKeys";
import { type ConfluentError, mayBeGone } from "../confluent/confluentError";
import { apiKeyCredentials } from "../confluent/credentials";
import type { FlinkScope } from "../confluent/flinkScope";
import { tryListStatements } from "../confluent/flinkStatements";
import { Secret } from "../confluent/secret";
import type { KeyInputs } from "./keyInputs";
import type { Session } from "./session";
import { requireRunning, unlessStopped } from "./stopping";
import { tagOf } from "./tag";

/** A key made elsewhere a moment ago may still be on its way to the region. */
const patienceMs = 60_000;
const betweenProbesMs = 2_000;

/** Where the key is to be proven. */
export interface Place {
    readonly scope: FlinkScope;
    readonly organizationId: string;
    readonly restEndpoint: string;
}

/**
 * Takes over a key that was made elsewhere: with the CLI, the console, the REST API or Terraform. Its owner and scope
 * must be the declared ones and its secret must be the right one; otherwise it is refused, untouched. Nothing is
 * created. A key that carries this resource's own tag is held by a state already: a forced replacement, or the namesake
 * that has it, would delete it.
 */
export async function adoptKey(
    session: Session,
    inputs: KeyInputs,
    place: Place,
): Promise<{ key: ApiKey; secret: Secret }> {
    const { apiKey, apiSecret } = inputs.adopt as NonNullable<KeyInputs["adopt"]>;
    const key = await getApiKey(session.api, apiKey).catch((error: unknown) => {
        if (!mayBeGone(error)) throw error;
        throw new Error(
            `adopt.apiKey: got "${apiKey}", expected an API key that exists and that the Cloud API key may see. ${error.message}`,
        );
    });
    if (key.ownerId !== inputs.owner) {
        throw new Error(
            `adopt.apiKey: got "${apiKey}", which belongs to ${key.ownerId}, expected a key of ${inputs.owner}, which owner names. The key was left as it is.`,
        );
    }
    if (key.scope?.name !== place.scope.name) {
        const found = key.scope?.name ?? "something other than a Flink region";
        throw new Error(
            `adopt.apiKey: got "${apiKey}", which opens ${found}, expected a key for ${place.scope.name}. The key was left as it is.`,
        );
    }
    const tag = tagOf(key.description);
    if (tag !== undefined && tag === tagOf(inputs.description)) {
        throw new Error(
            `adopt.apiKey: got "${apiKey}", which a resource of this name manages already, as its description says ("${key.description}"): what replaces it, or the other stack, would delete the key. Remove adopt to have a new key made. If no state holds this key any more, take the tag out of its description first: confluent api-key update ${apiKey} --description "…".`,
        );
    }
    const secret = new Secret(apiSecret);
    await proveSecret(session, key.id, secret, place, inputs.readiness?.unreachable ?? "warn");
    return { key, secret };
}

/**
 * The region's Flink endpoint says whether key and secret belong together: 200, or 403 where the owner still lacks a
 * role. 401 refutes it when it does not pass. An endpoint out of reach proves nothing: what that means is the user's to
 * say (`readiness.unreachable`).
 */
async function proveSecret(
    session: Session,
    apiKey: string,
    secret: Secret,
    { scope, organizationId, restEndpoint }: Place,
    unreachable: "warn" | "fail",
): Promise<void> {
    const giveUpMs = session.clock.now() + patienceMs;
    for (;;) {
        const refusal = await tryListStatements(
            { restEndpoint, organizationId, environmentId: scope.environmentId },
            apiKeyCredentials(apiKey, secret),
            session.clock,
            session.probeTimeoutMs,
        );
        if (refusal === undefined || refusal.kind === "forbidden") return;
        if (session.clock.now() >= giveUpMs) {
            // The wait for readiness, which follows, warns.
            if (refusal.isNetworkFault && unreachable === "warn") return;
            throw unproven(apiKey, restEndpoint, refusal);
        }
        const answer = refusal.status ?? refusal.kind;
        session.engineLog.status(
            `Flink API key ${apiKey}: the region does not accept the secret given (${answer}), asking again`,
        );
        await unlessStopped(session.stop, session.clock.sleep(betweenProbesMs));
        requireRunning(session.stop, `Flink API key ${apiKey} was left as it is`);
    }
}

function unproven(apiKey: string, restEndpoint: string, refusal: ConfluentError): Error {
    if (refusal.kind !== "unauthenticated") {
        return new Error(
            `adopt.apiSecret: whether it is the secret of ${apiKey} could not be proven. ${refusal.message} The key was left as it is.`,
        );
    }
    return new Error(
        `adopt.apiSecret: ${restEndpoint} refuses ${apiKey} with the secret given (401), expected the secret that was shown when the key was made. The key was left as it is.`,
    );
}
