import { isKeyType } from "../../components/keyType";
import { organizationOfCrn } from "../../confluent/crn";
import { globalScope } from "../../confluent/flinkScope";
import { Secret } from "../../confluent/secret";
import { type KeyState, readOutputs } from "../../provider/keyState";
import { secretSignature, signatureKey } from "../../provider/secretOutput";
import { type MentionSearch, type StoredResource, searchKeyMentions } from "./keyMentions";

/** One FlinkApiKey in a stack's state. */
export interface StateKey {
    /** Name of the resource: `flink-aws.us-east-2`. */
    readonly resource: string;
    readonly state: KeyState;
    /** When its next rotation is due, ISO 8601; undefined if the stack does not contain it. */
    readonly rotatesAt: string | undefined;
    /** The stack contains it only encrypted, perhaps. */
    readonly rotationIsHidden: boolean;
    /** The resource was replaced, and the engine has not deleted it yet. */
    readonly pendingDelete: boolean;
    /** The secret, if the state was exported with --show-secrets. */
    readonly apiSecret: Secret | undefined;
}

export interface StateRoleBinding {
    /** `rb-abc123` */
    readonly id: string;
    /** `sa-111aaa` */
    readonly principalId: string;
    readonly roleName: string;
}

/** The Flink access in a stack's state. */
export interface StackState {
    /** `confluent-flink/prod`; for an empty state, the name that was given. */
    readonly name: string;
    /** When it was last written, in milliseconds since 1970; undefined if the state does not contain it. */
    readonly writtenMs: number | undefined;
    /** Organization of its role bindings, a UUID; undefined if the state does not contain it. */
    readonly organizationId: string | undefined;
    readonly keys: readonly StateKey[];
    readonly roleBindings: readonly StateRoleBinding[];
    /** Operations of an interrupted run: `creating flink-aws.us-east-2`. */
    readonly interrupted: readonly string[];
    /** Ids of keys in its other resources. */
    readonly search: MentionSearch;
    /** Why its secret values were not read although they were requested; undefined if they were read or not requested. */
    readonly secretsProblem?: string;
}

const roleBindingType = "confluentcloud:index/roleBinding:RoleBinding";

interface StoredDeployment {
    readonly resources?: readonly StoredResource[] | null;
    readonly pending_operations?: readonly { readonly type?: string; readonly resource?: { urn?: string } }[];
    readonly manifest?: { readonly time?: unknown };
}

/** Used instead of an environment's id that the state contains only encrypted. It is longer than any real id. */
export const hiddenEnvironment = "env-secret";

/**
 * Parses the output of `pulumi stack export`. `source` names it in errors, and is the stack's name if the state is
 * empty. Throws if it is not an exported stack.
 */
export function parseStackState(json: unknown, source: string): StackState {
    const { deployment } = (json ?? {}) as { deployment?: StoredDeployment | null };
    if (typeof deployment !== "object")
        throw new Error(`${source}: not an exported stack; write it with pulumi stack export --file FILE`);
    const { manifest, pending_operations = [] } = deployment ?? {};
    // A stack that was never deployed has a deployment without resources.
    const resources = deployment?.resources ?? [];
    const rotations = rotationsByKey(resources);
    const keys = resources.filter(({ type }) => isKeyType(type));
    const bindings = resources.filter(({ type, delete: pending }) => type === roleBindingType && !pending);
    return {
        name: stackName(resources) ?? source,
        writtenMs: dateOf(manifest?.time),
        organizationId: organizationOf(bindings, keys),
        interrupted: pending_operations.map(
            ({ type, resource }) => `${type} ${resource?.urn?.split("::").at(-1)}`,
        ),
        keys: keys.flatMap((one) => readKey(one, rotations)),
        roleBindings: bindings.map(({ id, outputs }) => ({
            id: String(id ?? ""),
            principalId: String(plain(outputs?.principal) ?? "").replace(/^User:/, ""),
            roleName: String(plain(outputs?.roleName) ?? ""),
        })),
        search: searchKeyMentions(resources),
    };
}

function readKey(resource: StoredResource, rotations: Rotations): StateKey[] {
    const outputs = Object.fromEntries(
        Object.entries(resource.outputs ?? {}).map(([name, value]) => [name, plain(value)]),
    );
    // Without an id there is no key: the run failed before it created one.
    if (typeof outputs.apiKey !== "string") return [];
    const { apiSecret, ...others } = outputs;
    // If the program made the environment's id a secret, the scope is encrypted too.
    const { cloud, region } = resource.inputs ?? {};
    if (others.scope === undefined && typeof cloud === "string" && typeof region === "string")
        others.scope = `${hiddenEnvironment}.${cloud}.${region}`;
    if (others.scope === globalScope.name) others.environmentId ??= hiddenEnvironment;
    const state = readOutputs(others);
    const rotatesAt =
        typeof outputs.rotatesAt === "string"
            ? outputs.rotatesAt
            : rotations.byKey.get(state.apiKey) || undefined;
    return [
        {
            resource: resource.urn.split("::").at(-1) ?? "",
            state,
            rotatesAt,
            rotationIsHidden: rotations.areHidden && !rotations.byKey.has(state.apiKey),
            pendingDelete: resource.delete === true,
            apiSecret: typeof apiSecret === "string" ? new Secret(apiSecret) : undefined,
        },
    ];
}

/** The next rotations in a stack's state. */
interface Rotations {
    /** By the key's id, ISO 8601; empty if the key has none. */
    readonly byKey: ReadonlyMap<string, string>;
    /** Some rotations are encrypted. */
    readonly areHidden: boolean;
}

/** The next rotations, from the output `keys` of components and of the stack. */
function rotationsByKey(resources: readonly StoredResource[]): Rotations {
    // What is undefined is encrypted.
    const found = resources.flatMap(({ outputs }): { id?: unknown; at?: unknown }[] => {
        const keys = plain(outputs?.keys ?? {});
        if (keys === undefined) return [{}];
        return Object.values(keys ?? {}).map((value) => {
            const key = plain(value) as { apiKey?: unknown; rotatesAt?: unknown } | null | undefined;
            if (key === undefined) return {};
            return { id: plain(key?.apiKey ?? ""), at: plain(key?.rotatesAt ?? "") };
        });
    });
    const byKey = new Map<string, string>();
    for (const { id, at } of found) {
        if (typeof id === "string" && typeof at === "string") byKey.set(id, at || (byKey.get(id) ?? ""));
    }
    return { byKey, areHidden: found.some(({ id, at }) => id === undefined || at === undefined) };
}

/** The value of a stored property, also of a secret one in an export with --show-secrets; undefined if it is encrypted. */
function plain(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const marked = value as Record<string, unknown>;
    if (marked[signatureKey] !== secretSignature) return value;
    return typeof marked.plaintext === "string" ? JSON.parse(marked.plaintext) : undefined;
}

/** The organization of its role bindings, or else that of its keys; undefined if there are several or none. */
function organizationOf(
    bindings: readonly StoredResource[],
    keys: readonly StoredResource[],
): string | undefined {
    const inBindings = bindings.flatMap(({ outputs }) => organizationOfCrn(plain(outputs?.crnPattern)) ?? []);
    const inKeys = keys
        .map(({ outputs }) => plain(outputs?.organizationId))
        .filter((id): id is string => typeof id === "string" && id !== "");
    const [first, ...others] = new Set(inBindings.length > 0 ? inBindings : inKeys);
    return others.length === 0 ? first : undefined;
}

/** `confluent-flink/prod` from `urn:pulumi:prod::confluent-flink::…`. */
function stackName(resources: readonly StoredResource[]): string | undefined {
    const match = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(resources[0]?.urn ?? "");
    return match ? `${match[2]}/${match[1]}` : undefined;
}

function dateOf(time: unknown): number | undefined {
    const ms = typeof time === "string" ? Date.parse(time) : Number.NaN;
    // A state that was never written has Go's zero time.
    return ms > 0 ? ms : undefined;
}
