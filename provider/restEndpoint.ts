import { listFlinkEndpoints } from "../confluent/flinkEndpoints";
import type { FlinkScope } from "../confluent/flinkScope";
import { isUnknown, type ReadinessInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import type { Session } from "./session";

/**
 * The Flink endpoint of a key's region: the one in `readiness.restEndpoint`, the private one that Confluent Cloud lists for the
 * environment, or the region's public one. Throws if there is no endpoint of that kind.
 */
export async function restEndpointOf(
    session: Session,
    scope: FlinkScope,
    readiness: ReadinessInputs = {},
): Promise<string> {
    if (readiness.restEndpoint !== undefined) return normalEndpoint(readiness.restEndpoint);
    return readiness.network === "private" ? privateEndpoint(session, scope) : publicEndpoint(session, scope);
}

/** The setting as the state stores it: `public`, `private` or a URL. */
export function endpointSettingOf({ restEndpoint, network }: ReadinessInputs = {}): string {
    return restEndpoint !== undefined ? normalEndpoint(restEndpoint) : (network ?? "public");
}

/** Whether the inputs ask for another endpoint than the stored one. */
export function wantsOtherEndpoint(state: KeyState, readiness: ReadinessInputs = {}): boolean {
    if (isUnknown(readiness.restEndpoint) || isUnknown(readiness.network)) return false;
    return endpointSettingOf(readiness) !== state.endpointSetting;
}

/** The kind of endpoint, for messages. */
export function endpointKind(readiness: ReadinessInputs = {}): string {
    if (readiness.restEndpoint !== undefined) return "the endpoint in readiness.restEndpoint";
    return readiness.network === "private"
        ? "the region's private endpoint (readiness.network)"
        : "the region's public endpoint; to use another, set readiness.network or readiness.restEndpoint";
}

/** Without a slash at the end, as in the state. */
export function normalEndpoint(url: string): string {
    return url.trim().replace(/\/+$/, "");
}

async function privateEndpoint(session: Session, scope: FlinkScope): Promise<string> {
    const endpoints = await listFlinkEndpoints(session.api, scope);
    // Sorted, so that every run takes the same one of several.
    const found = endpoints.filter(({ isPrivate }) => isPrivate).sort((a, b) => (a.id < b.id ? -1 : 1))[0];
    if (found) return found.restEndpoint;
    throw new Error(
        `readiness.network: got "private", expected a private Flink endpoint of ${scope.name}, and Confluent Cloud lists none (confluent flink endpoint list). Attach a network to the environment, or set readiness.restEndpoint.`,
    );
}

async function publicEndpoint(session: Session, scope: FlinkScope): Promise<string> {
    const regions = await session.regions();
    const row = regions.find(({ cloud, region }) => cloud === scope.cloud && region === scope.region);
    if (row?.restEndpoint) return row.restEndpoint;
    const others = regions.filter(({ cloud }) => cloud === scope.cloud).map(({ region }) => region);
    throw new Error(
        `region: got "${scope.region}", expected a region of ${scope.cloud} where Confluent Cloud runs Flink: ${others.sort().join(", ") || "(none)"}`,
    );
}
