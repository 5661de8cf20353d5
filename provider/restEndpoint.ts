import { listFlinkEndpoints } from "../confluent/flinkEndpoints";
import type { FlinkScope } from "../confluent/flinkScope";
import { isUnknown, type ReadinessInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import type { Session } from "./session";

/**
 * Where a key's region is asked: the endpoint that the user names, the private one that Confluent Cloud lists for the
 * environment, or the region's public one. Throws where there is none of the kind that is wanted.
 */
export async function restEndpointOf(
    session: Session,
    scope: FlinkScope,
    readiness: ReadinessInputs = {},
): Promise<string> {
    if (readiness.restEndpoint !== undefined) return normalEndpoint(readiness.restEndpoint);
    return readiness.network === "private" ? privateEndpoint(session, scope) : publicEndpoint(session, scope);
}

/** Which of the three the user wants, as the state keeps it: `public`, `private` or a URL. */
export function endpointSettingOf({ restEndpoint, network }: ReadinessInputs = {}): string {
    return restEndpoint !== undefined ? normalEndpoint(restEndpoint) : (network ?? "public");
}

/**
 * The user wants another endpoint than the stored one. A state without a setting tells only whether a URL that is
 * wanted now is the one in use.
 */
export function wantsOtherEndpoint(state: KeyState, readiness: ReadinessInputs = {}): boolean {
    if (isUnknown(readiness.restEndpoint) || isUnknown(readiness.network)) return false;
    const wanted = endpointSettingOf(readiness);
    if (state.endpointSetting !== undefined) return wanted !== state.endpointSetting;
    if (wanted === "public") return false;
    // The state of an earlier version may be at the private endpoint already.
    if (wanted === "private") return !/^https?:\/\/(flink-|[^/]*\.private\.)/.test(state.restEndpoint);
    return wanted !== state.restEndpoint;
}

/** For a person: which of the three it is. */
export function endpointKind(readiness: ReadinessInputs = {}): string {
    if (readiness.restEndpoint !== undefined) return "the endpoint that readiness.restEndpoint names";
    return readiness.network === "private"
        ? "the region's private endpoint, by readiness.network"
        : "the region's public endpoint; readiness.network and readiness.restEndpoint name another";
}

/** As the state keeps it: without a slash at the end. */
export function normalEndpoint(url: string): string {
    return url.trim().replace(/\/+$/, "");
}

async function privateEndpoint(session: Session, scope: FlinkScope): Promise<string> {
    const endpoints = await listFlinkEndpoints(session.api, scope);
    // In a fixed order, so that one of several stays the same from run to run.
    const found = endpoints.filter(({ isPrivate }) => isPrivate).sort((a, b) => (a.id < b.id ? -1 : 1))[0];
    if (found) return found.restEndpoint;
    throw new Error(
        `readiness.network: got "private", expected a private Flink endpoint of ${scope.name}, and Confluent Cloud lists none (confluent flink endpoint list); attach a network to the environment, or name the endpoint by readiness.restEndpoint.`,
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
