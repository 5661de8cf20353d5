import { type FlinkScope, parseFlinkScope } from "../confluent/flinkScope";
import { Secret } from "../confluent/secret";
import type { ReadinessInputs } from "./keyInputs";
import { tagOf } from "./tag";

/**
 * `ready`: the region's Flink endpoint `restEndpoint` accepted the key. `pending`: it has not yet, or the run ended before the
 * key was handed out; the next `up` goes on. `unverified`: the endpoint could not be reached, and `readiness.unreachable` is
 * `warn`. `gone`: a refresh found that the key no longer exists while a superseded key still does; the next `up` creates another.
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

/** The state of one FlinkApiKey. */
export interface KeyState {
    readonly owner: string;
    readonly scope: FlinkScope;
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
    /** The endpoint that has accepted, or has to accept, the key. */
    restEndpoint: string;
    /**
     * The setting that led to `restEndpoint`: `public`, `private` or a URL (`restEndpoint.ts`). `public` is not stored.
     */
    endpointSetting: string;
    status: KeyStatus;
    superseded: SupersededKey[];
}

/**
 * The state as the engine stores it: the outputs of the resource. A published shape: every version reads the state of every
 * earlier one.
 */
export function toOutputs(state: KeyState): Record<string, unknown> {
    return {
        apiKey: state.apiKey,
        apiSecret: state.apiSecret.reveal(),
        createdAt: state.createdAt,
        scope: state.scope.name,
        restEndpoint: state.restEndpoint,
        ...(state.endpointSetting !== "public" && { endpointSetting: state.endpointSetting }),
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
    const scope = parseFlinkScope(String(outputs.scope ?? ""));
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
        restEndpoint: String(outputs.restEndpoint ?? ""),
        endpointSetting: textOf(outputs.endpointSetting) ?? "public",
        status: outputs.status as KeyStatus,
        // A state that was edited by hand may have entries without an id.
        superseded: superseded.filter((key) => typeof key?.apiKey === "string").map(supersededShape),
    };
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

/** The ids of all keys in the state. */
export function keysInState(state: KeyState): ReadonlySet<string> {
    return new Set([state.apiKey, ...state.superseded.map((key) => key.apiKey)]);
}

/** The input that leads to this endpoint. Without it, `ignoreChanges` of `readiness` would lead to the public one. */
function readinessOf(setting: string): { readiness?: ReadinessInputs } {
    if (setting === "public") return {};
    return { readiness: setting === "private" ? { network: "private" } : { restEndpoint: setting } };
}

/** The inputs that match what a refresh found. The next diff compares with them. */
export function inputsOf(state: KeyState): Record<string, unknown> {
    const { environmentId, cloud, region } = state.scope;
    const { owner, displayName, description, rotationTrigger } = state;
    return {
        owner,
        environmentId,
        cloud,
        region,
        displayName,
        description,
        ...(rotationTrigger !== undefined && { rotationTrigger }),
        scope: state.scope.name,
        ...readinessOf(state.endpointSetting),
        restEndpoint: state.restEndpoint,
    };
}
