import { type FlinkScope, regionName } from "../confluent/flinkScope";
import { currentKey } from "./currentKey";
import { existenceOf } from "./keyExistence";
import { type KeyInputs, readinessTimeoutMs, scopeOfInputs } from "./keyInputs";
import type { KeyEndpoint, KeyState } from "./keyState";
import { probe } from "./probe";
import { awaitReady } from "./readiness";
import { endpointKind, keyEndpointOf } from "./restEndpoint";
import type { Session } from "./session";

/** The endpoints and what they said, which are stored together. */
export type Verified = Pick<KeyState, "scope" | "endpoints"> & {
    readonly status: "ready" | "unverified";
};

const shortProbeTimeoutMs = 2_000;

/** Waits until each place in the inputs has accepted the key, now or earlier. Throws NotReadyError at the limit. */
export async function verifyKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<Verified> {
    const scope = scopeOfInputs(inputs) ?? state.scope;
    const { organizationId } = await session.environment(scope.environmentId);
    const answers = await Promise.allSettled(
        scope.places.map((place) => verifyAt(session, state, inputs, { place, organizationId })),
    );
    const failure = answers.find((answer) => answer.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    const verified = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
    return {
        scope,
        endpoints: Object.fromEntries(verified.map(({ name, endpoint }) => [name, endpoint])),
        status: verified.every(({ status }) => status === "ready") ? "ready" : "unverified",
    };
}

async function verifyAt(
    session: Session,
    state: KeyState,
    { readiness, ...inputs }: KeyInputs,
    { place, organizationId }: { place: FlinkScope; organizationId: string },
): Promise<{ name: string; endpoint: KeyEndpoint; status: "ready" | "unverified" }> {
    const name = regionName(place);
    const endpoint = await keyEndpointOf(session, place, readiness);
    const { restEndpoint } = endpoint;
    // The setting has changed, but it leads to the same endpoint, which has already accepted the key.
    if (state.status === "ready" && restEndpoint === state.endpoints[name]?.restEndpoint)
        return { name, endpoint, status: "ready" };
    const status = await awaitReady(session, {
        apiKey: state.apiKey,
        apiSecret: state.apiSecret,
        owner: state.owner,
        scope: place,
        endpoint: { restEndpoint, organizationId, environmentId: place.environmentId },
        timeoutMs: readinessTimeoutMs({ ...inputs, ...(readiness && { readiness }) }),
        unreachable: readiness?.unreachable ?? "warn",
        wasReady: state.status === "ready",
        endpointKind: endpointKind(place, readiness),
        isGone: async () => (await existenceOf(session, currentKey(state))) === "gone",
    });
    return { name, endpoint, status };
}

/** Whether each endpoint of the key accepts it now. One request to each, of at most two seconds. */
export async function isAccepted(session: Session, state: KeyState): Promise<boolean> {
    try {
        const { endpoints, scope, apiKey, apiSecret } = state;
        const { environmentId } = scope;
        const { organizationId } = await session.environment(environmentId);
        const timeoutMs = Math.min(shortProbeTimeoutMs, session.probeTimeoutMs);
        const answers = await Promise.all(
            Object.values(endpoints).map(({ restEndpoint }) => {
                const endpoint = { restEndpoint, organizationId, environmentId };
                return probe(session, { apiKey, apiSecret, endpoint }, timeoutMs);
            }),
        );
        return answers.every(({ answer }) => answer === "accepts");
    } catch {
        return false;
    }
}
