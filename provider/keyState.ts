import { globalScope, parseFlinkScope, regionName } from "../confluent/flinkScope";
import { Secret } from "../confluent/secret";
import type { ReadinessInputs } from "./keyInputs";
import { type KeyScope, keyScope, placeNames } from "./keyScope";
import { tagOf } from "./tag";

/**
 * `ready`: each Flink endpoint in `endpoints` accepted the key. `pending`: not yet, or the run ended before the key was handed out;
 * the next `up` goes on. `unverified`: an endpoint could not be reached, and `readiness.unreachable` is not `fail`.
 * `gone`: a refresh found that the key no longer exists while a superseded key still does; the next `up` creates another.
 */
export type KeyStatus = "ready" | "pending" | "unverified" | "gone";

/** An earlier key, replaced by a rotation. The first `up` after `retireAt` (ISO 8601) deletes it. */
export interface SupersededKey {
    readonly apiKey: string;
    readonly retireAt: string;
    /** When it was replaced, ISO 8601. Undefined for a key that was never handed out. */
    readonly supersededAt?: string;
    /** Its tag, if the resource has another one by now. */
    readonly tag?: string;
}

/** Where a key was verified, or has to be. */
export interface KeyEndpoint {
    readonly restEndpoint: string;
    /** The setting that led to it: `public`, `private` or a URL (`restEndpoint.ts`). `public` is not stored. */
    readonly setting: string;
}

export interface KeyState {
    readonly owner: string;
    scope: KeyScope;
    displayName: string;
    /**
     * As in Confluent Cloud: with the mark `unfinished` until the key is handed out. Without the number of an adoption, so that it
     * can be compared with the declared one.
     */
    description: string;
    /** The tag of the resource's keys (`tag.ts`). It follows from the inputs, and never from what a refresh finds. */
    tag: string | undefined;
    /** The number in the tags of its keys, if it has adopted one. */
    adoption: string | undefined;
    /** The organization of its environment. Undefined in a state that was edited by hand. */
    organizationId: string | undefined;
    rotationTrigger: string | undefined;
    apiKey: string;
    apiSecret: Secret;
    createdAt: string;
    /** By region, such as `aws.us-east-2`: the endpoint that has accepted, or has to accept, the key. */
    endpoints: Readonly<Record<string, KeyEndpoint>>;
    status: KeyStatus;
    superseded: SupersededKey[];
}

/** The state as the engine stores it. A published shape: every version reads the state of every earlier one. */
export function toOutputs(state: KeyState): Record<string, unknown> {
    return {
        apiKey: state.apiKey,
        apiSecret: state.apiSecret.reveal(),
        createdAt: state.createdAt,
        scope: state.scope.name,
        ...endpointOutputs(state),
        status: state.status,
        superseded: state.superseded.map(supersededShape),
        owner: state.owner,
        displayName: state.displayName,
        description: state.description,
        ...(state.tag !== tagOf(state.description) && { tag: state.tag }),
        ...(state.adoption !== undefined && { adoption: state.adoption }),
        ...(state.organizationId !== undefined && { organizationId: state.organizationId }),
        ...(state.rotationTrigger !== undefined && { rotationTrigger: state.rotationTrigger }),
    };
}

/** Parses stored outputs. Throws if they are not those of a FlinkApiKey. */
export function readOutputs(outputs: Record<string, unknown>): KeyState {
    const scope = readScope(outputs);
    if (scope === undefined || typeof outputs.apiKey !== "string") {
        throw new Error(
            "The stored state of this FlinkApiKey has no apiKey or no scope: restore the stack from a checkpoint (pulumi stack history, pulumi stack import).",
        );
    }
    const superseded = Array.isArray(outputs.superseded) ? (outputs.superseded as SupersededKey[]) : [];
    return {
        owner: String(outputs.owner ?? ""),
        scope,
        displayName: String(outputs.displayName ?? ""),
        description: String(outputs.description ?? ""),
        tag: textOf(outputs.tag) ?? tagOf(String(outputs.description ?? "")),
        adoption: textOf(outputs.adoption),
        organizationId: textOf(outputs.organizationId),
        rotationTrigger: textOf(outputs.rotationTrigger),
        apiKey: outputs.apiKey,
        apiSecret: new Secret(String(outputs.apiSecret ?? "")),
        createdAt: String(outputs.createdAt ?? ""),
        endpoints: readEndpoints(scope, outputs),
        status: outputs.status as KeyStatus,
        // A state that was edited by hand may have entries without an id.
        superseded: superseded.filter((key) => typeof key?.apiKey === "string").map(supersededShape),
    };
}

/** A global key has `environmentId`, which its scope does not name, and its regions as the keys of `restEndpoints`. */
function readScope(outputs: Record<string, unknown>): KeyScope | undefined {
    const name = String(outputs.scope ?? "");
    if (name !== globalScope.name) {
        const place = parseFlinkScope(name);
        return place && keyScope(place.environmentId, [regionName(place)], false);
    }
    const environmentId = textOf(outputs.environmentId);
    return environmentId === undefined
        ? undefined
        : keyScope(environmentId, Object.keys(textsOf(outputs.restEndpoints)), true);
}

function endpointOutputs({ scope, endpoints }: KeyState): Record<string, unknown> {
    const entries = Object.entries(endpoints);
    const settings = entries.flatMap(([name, { setting }]) =>
        setting === "public" ? [] : [[name, setting]],
    );
    if (!scope.isGlobal) {
        const [, { restEndpoint } = { restEndpoint: "" }] = entries[0] ?? [];
        return { restEndpoint, ...(settings[0] && { endpointSetting: settings[0][1] }) };
    }
    return {
        environmentId: scope.environmentId,
        restEndpoints: Object.fromEntries(entries.map(([name, { restEndpoint }]) => [name, restEndpoint])),
        ...(settings.length > 0 && { endpointSettings: Object.fromEntries(settings) }),
    };
}

function readEndpoints(scope: KeyScope, outputs: Record<string, unknown>): KeyState["endpoints"] {
    const [only = ""] = placeNames(scope);
    const urls = scope.isGlobal
        ? textsOf(outputs.restEndpoints)
        : { [only]: String(outputs.restEndpoint ?? "") };
    const settings = scope.isGlobal
        ? textsOf(outputs.endpointSettings)
        : { [only]: textOf(outputs.endpointSetting) };
    return Object.fromEntries(
        Object.entries(urls).map(([name, restEndpoint]) => [
            name,
            { restEndpoint, setting: settings[name] ?? "public" },
        ]),
    );
}

/** The endpoint for one request about the key: that of its first region. */
export function firstEndpoint({ endpoints }: KeyState): string {
    return Object.values(endpoints)[0]?.restEndpoint ?? "";
}

function textsOf(output: unknown): Record<string, string> {
    const entries = Object.entries((output ?? {}) as Record<string, unknown>);
    return Object.fromEntries(
        entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
}

function supersededShape({ apiKey, retireAt, supersededAt, tag }: SupersededKey): SupersededKey {
    return {
        apiKey,
        retireAt,
        ...(typeof supersededAt === "string" && { supersededAt }),
        ...(typeof tag === "string" && { tag }),
    };
}

function textOf(output: unknown): string | undefined {
    return typeof output === "string" ? output : undefined;
}

export function keysInState(state: KeyState): ReadonlySet<string> {
    return new Set([state.apiKey, ...state.superseded.map((key) => key.apiKey)]);
}

/** The input that leads to these endpoints. Without it, `ignoreChanges` of `readiness` would lead to the public ones. */
function readinessOf({ scope, endpoints }: KeyState): { readiness?: ReadinessInputs } {
    const others = Object.entries(endpoints).filter(([, { setting }]) => setting !== "public");
    if (others.length === 0) return {};
    const urls = others.flatMap(([name, { setting }]) => (setting === "private" ? [] : [[name, setting]]));
    const restEndpoint = scope.isGlobal ? Object.fromEntries(urls) : urls[0]?.[1];
    return {
        readiness: {
            ...(others.length > urls.length && { network: "private" }),
            ...(urls.length > 0 && { restEndpoint }),
        },
    };
}

/** The inputs that match what a refresh found. The next diff compares with them. */
export function inputsOf(state: KeyState): Record<string, unknown> {
    const { owner, displayName, description, rotationTrigger, scope } = state;
    const { restEndpoint, restEndpoints } = endpointOutputs(state);
    const [place] = scope.places;
    return {
        owner,
        environmentId: scope.environmentId,
        ...(scope.isGlobal
            ? { regions: placeNames(scope), restEndpoints }
            : { cloud: place?.cloud, region: place?.region, restEndpoint }),
        displayName,
        description,
        ...(rotationTrigger !== undefined && { rotationTrigger }),
        scope: scope.name,
        ...readinessOf(state),
    };
}
