import { listFlinkEndpoints } from "../confluent/flinkEndpoints";
import { type FlinkScope, regionName } from "../confluent/flinkScope";
import { isUnknown, type KeyInputs, type ReadinessInputs, scopeOfInputs } from "./keyInputs";
import type { KeyEndpoint, KeyState } from "./keyState";
import type { Session } from "./session";

type PlaceReadiness = Omit<ReadinessInputs, "restEndpoint"> & { readonly restEndpoint?: string };

/**
 * The Flink endpoint of a key's region: the one in `readiness.restEndpoint`, the private one that Confluent Cloud lists for the
 * environment, or the region's public one. Throws if there is none.
 */
export async function restEndpointOf(
    session: Session,
    scope: FlinkScope,
    given: ReadinessInputs = {},
): Promise<string> {
    const readiness = readinessAt(scope, given);
    if (readiness.restEndpoint !== undefined) return normalEndpoint(readiness.restEndpoint);
    return readiness.network === "private" ? privateEndpoint(session, scope) : publicEndpoint(session, scope);
}

/** The same, with the setting that leads to it, as the state stores them. */
export async function keyEndpointOf(
    session: Session,
    place: FlinkScope,
    readiness?: ReadinessInputs,
): Promise<KeyEndpoint> {
    const restEndpoint = await restEndpointOf(session, place, readiness);
    return { restEndpoint, setting: endpointSettingOf(place, readiness) };
}

/** The settings for one place. A global key may have an endpoint for each of its regions. */
function readinessAt(place: FlinkScope, { restEndpoint, ...readiness }: ReadinessInputs): PlaceReadiness {
    const url = typeof restEndpoint === "object" ? restEndpoint[regionName(place)] : restEndpoint;
    return { ...readiness, ...(url !== undefined && { restEndpoint: url }) };
}

/** The setting as the state stores it: `public`, `private` or a URL. */
export function endpointSettingOf(place: FlinkScope, given: ReadinessInputs = {}): string {
    const { restEndpoint, network } = readinessAt(place, given);
    return restEndpoint !== undefined ? normalEndpoint(restEndpoint) : (network ?? "public");
}

/** Whether the inputs ask for other endpoints than the stored ones, or for a global key in other regions. */
export function wantsOtherEndpoint(state: KeyState, inputs: KeyInputs): boolean {
    const { readiness } = inputs;
    if (isAnyUnknown(readiness)) return false;
    const { places } = scopeOfInputs(inputs) ?? state.scope;
    const isMoved = (place: FlinkScope): boolean => {
        const known = state.endpoints[regionName(place)];
        return known === undefined || known.setting !== endpointSettingOf(place, readiness);
    };
    return places.some(isMoved) || places.length !== Object.keys(state.endpoints).length;
}

/** Whether a part of the settings that lead to an endpoint is known only when the deployment runs. */
export function isAnyUnknown(readiness: ReadinessInputs = {}): boolean {
    const { restEndpoint, network } = readiness;
    const urls = typeof restEndpoint === "object" ? Object.values(restEndpoint) : [restEndpoint];
    return [readiness, network, ...urls].some(isUnknown);
}

/** The kind of endpoint, for messages. */
export function endpointKind(place: FlinkScope, given: ReadinessInputs = {}): string {
    const { restEndpoint, network } = readinessAt(place, given);
    if (restEndpoint !== undefined) return "the endpoint in readiness.restEndpoint";
    return network === "private"
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
