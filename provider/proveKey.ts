import { currentKey } from "./currentKey";
import { fateOf } from "./keyExistence";
import { type KeyInputs, readinessTimeoutMs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { probe } from "./probe";
import { awaitReady } from "./readiness";
import { endpointKind, endpointSettingOf, restEndpointOf } from "./restEndpoint";
import type { Session } from "./session";

/** An endpoint and its answer, which are stored together. */
export type Proof = Pick<KeyState, "restEndpoint" | "endpointSetting"> & {
    readonly status: "ready" | "unverified";
};

const shortProbeTimeoutMs = 2_000;

/** Waits until the endpoint in the inputs accepts the key. Throws NotReadyError at the limit. */
export async function proveKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<Proof> {
    const restEndpoint = await restEndpointOf(session, state.scope, inputs.readiness);
    const endpointSetting = endpointSettingOf(inputs.readiness);
    // The setting has changed, but it leads to the same endpoint, which has already accepted the key.
    if (state.status === "ready" && restEndpoint === state.restEndpoint)
        return { restEndpoint, endpointSetting, status: "ready" };
    const { environmentId } = state.scope;
    const { organizationId } = await session.environment(environmentId);
    const status = await awaitReady(session, {
        apiKey: state.apiKey,
        apiSecret: state.apiSecret,
        owner: state.owner,
        scope: state.scope,
        endpoint: { restEndpoint, organizationId, environmentId },
        timeoutMs: readinessTimeoutMs(inputs),
        unreachable: inputs.readiness?.unreachable ?? "warn",
        endpointKind: endpointKind(inputs.readiness),
        isGone: async () => (await fateOf(session, currentKey(state))) === "gone",
    });
    return { restEndpoint, endpointSetting, status };
}

/** Whether the key's endpoint accepts it now. One request, of at most two seconds. */
export async function isAccepted(session: Session, state: KeyState): Promise<boolean> {
    try {
        const { restEndpoint, scope, apiKey, apiSecret } = state;
        const { environmentId } = scope;
        const { organizationId } = await session.environment(environmentId);
        const endpoint = { restEndpoint, organizationId, environmentId };
        const timeoutMs = Math.min(shortProbeTimeoutMs, session.probeTimeoutMs);
        const { answer } = await probe(session, { apiKey, apiSecret, endpoint }, timeoutMs);
        return answer === "accepts";
    } catch {
        return false;
    }
}
