import { apiKeyCredentials } from "../confluent/credentials";
import { tryListStatements } from "../confluent/flinkStatements";
import { type KeyInputs, readinessTimeoutMs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { awaitReady } from "./readiness";
import { endpointKind, endpointSettingOf, restEndpointOf } from "./restEndpoint";
import type { Session } from "./session";

/** What goes into the state together: an endpoint, and what it said of the key. */
export type Proof = Pick<KeyState, "restEndpoint" | "endpointSetting"> & {
    readonly readiness: "ready" | "unverified";
};

const shortProbeTimeoutMs = 2_000;

/** Waits until the endpoint that the inputs ask for accepts the key. Throws NotReadyError at the limit. */
export async function proveKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<Proof> {
    const restEndpoint = await restEndpointOf(session, state.scope, inputs.readiness);
    const endpointSetting = endpointSettingOf(inputs.readiness);
    // The same endpoint by another name has accepted it already.
    if (state.readiness === "ready" && restEndpoint === state.restEndpoint)
        return { restEndpoint, endpointSetting, readiness: "ready" };
    const { environmentId } = state.scope;
    const { organizationId } = await session.environment(environmentId);
    const readiness = await awaitReady(session, {
        apiKey: state.apiKey,
        apiSecret: state.apiSecret,
        owner: state.owner,
        scope: state.scope,
        endpoint: { restEndpoint, organizationId, environmentId },
        timeoutMs: readinessTimeoutMs(inputs),
        unreachable: inputs.readiness?.unreachable ?? "warn",
        endpointKind: endpointKind(inputs.readiness),
    });
    return { restEndpoint, endpointSetting, readiness };
}

/** Whether the key's endpoint, asked once and for at most two seconds, accepts it now. */
export async function isAccepted(session: Session, state: KeyState): Promise<boolean> {
    try {
        const { restEndpoint, scope, apiKey, apiSecret } = state;
        const { environmentId } = scope;
        const { organizationId } = await session.environment(environmentId);
        const endpoint = { restEndpoint, organizationId, environmentId };
        const credentials = apiKeyCredentials(apiKey, apiSecret);
        const timeoutMs = Math.min(shortProbeTimeoutMs, session.probeTimeoutMs);
        return (await tryListStatements(endpoint, credentials, session.clock, timeoutMs)) === undefined;
    } catch {
        return false;
    }
}
