import { type FlinkScope, parseFlinkScope } from "../confluent/flinkScope";
import { Secret } from "../confluent/secret";
import type { ReadinessInputs } from "./keyInputs";

/**
 * `ready`: the region's Flink endpoint `restEndpoint` accepted the key. `pending`: it did not yet, or the run ended before
 * the key was handed out; the next `up` goes on. `unverified`: it cannot be asked from here, and the user wants the key
 * all the same (`readiness.unreachable`); versions before 0.2 wrote it for `pending` too. `gone`: a refresh found that
 * the key no longer exists while a superseded one still does; the next `up` mints another.
 */
export type Readiness = "ready" | "pending" | "unverified" | "gone";

/** A key that another one took over from; deleted by the first `up` after `retireAt` (ISO 8601). */
export interface SupersededKey {
    readonly apiKey: string;
    readonly retireAt: string;
    /**
     * When the other one took over, ISO 8601. Undefined in states of versions before 0.2, and for a key that was never
     * handed out.
     */
    readonly supersededAt?: string;
}

/** What the state holds of one FlinkApiKey. */
export interface KeyState {
    readonly owner: string;
    readonly scope: FlinkScope;
    displayName: string;
    /** As Confluent Cloud has it: until the key is handed out, with the mark of an unfinished one. */
    description: string;
    rotationTrigger: string | undefined;
    apiKey: string;
    apiSecret: Secret;
    createdAt: string;
    /** Where the key was, or is to be, proven. */
    restEndpoint: string;
    /**
     * What was asked for: `public`, `private` or a URL (`restEndpoint.ts`). `public` is not stored; versions before 0.2 stored
     * none of them.
     */
    endpointSetting: string | undefined;
    readiness: Readiness;
    superseded: SupersededKey[];
}

/**
 * The state as the engine stores it: the outputs of the resource. A published shape: every version reads what an
 * earlier one wrote.
 */
export function toOutputs(state: KeyState): Record<string, unknown> {
    return {
        apiKey: state.apiKey,
        apiSecret: state.apiSecret.reveal(),
        createdAt: state.createdAt,
        scope: state.scope.name,
        restEndpoint: state.restEndpoint,
        ...(state.endpointSetting !== undefined &&
            state.endpointSetting !== "public" && { endpointSetting: state.endpointSetting }),
        readiness: state.readiness,
        superseded: state.superseded.map(supersededShape),
        owner: state.owner,
        displayName: state.displayName,
        description: state.description,
        ...(state.rotationTrigger !== undefined && { rotationTrigger: state.rotationTrigger }),
    };
}

/** The state out of stored outputs. Throws where they are not those of a FlinkApiKey. */
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
        rotationTrigger: typeof outputs.rotationTrigger === "string" ? outputs.rotationTrigger : undefined,
        apiKey: outputs.apiKey,
        apiSecret: new Secret(String(outputs.apiSecret ?? "")),
        createdAt: String(outputs.createdAt ?? ""),
        restEndpoint: String(outputs.restEndpoint ?? ""),
        endpointSetting: typeof outputs.endpointSetting === "string" ? outputs.endpointSetting : undefined,
        readiness: (outputs.readiness as Readiness | undefined) ?? "unverified",
        // An entry without an id, as an edit by hand leaves it, is nobody's key.
        superseded: superseded.filter((key) => typeof key?.apiKey === "string").map(supersededShape),
    };
}

function supersededShape({ apiKey, retireAt, supersededAt }: SupersededKey): SupersededKey {
    return { apiKey, retireAt, ...(typeof supersededAt === "string" && { supersededAt }) };
}

/** The ids of all live keys that the state knows. */
export function keysInState(state: KeyState): ReadonlySet<string> {
    return new Set([state.apiKey, ...state.superseded.map((key) => key.apiKey)]);
}

/** The input that asks for this endpoint. Without it, `ignoreChanges` of `readiness` would ask for the public one. */
function readinessOf(setting: string | undefined): { readiness?: ReadinessInputs } {
    if (setting === undefined || setting === "public") return {};
    return { readiness: setting === "private" ? { network: "private" } : { restEndpoint: setting } };
}

/** The inputs as a refresh found them, for the next comparison. */
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
