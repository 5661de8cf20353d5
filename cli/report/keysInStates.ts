import type { CloudInventory } from "./cloudInventory";
import { readKeyDescription } from "./keyDescription";
import type { StackState, StateKey } from "./stackState";

/** A key in the state of a stack. */
export interface KeyInState {
    readonly stack: string;
    /** The resource that contains it, as its current or as a superseded key. */
    readonly key: StateKey;
    readonly role: "managed" | "superseded";
    readonly retireAt: string | undefined;
    /** The stack's role bindings belong to another organization than the report's. */
    readonly isForeign: boolean;
    /** The stack's role bindings belong to the report's organization. */
    readonly isOfOrganization: boolean;
    /** Another resource that contains the same key: `orders/prod flink-aws.us-east-2`. */
    readonly alsoIn: string | undefined;
}

/** All keys in these states, by their id, and their resources, by the tag in the keys' descriptions. */
export function keysInStates(
    states: readonly StackState[],
    cloud: CloudInventory,
): {
    byId: ReadonlyMap<string, KeyInState>;
    byTag: ReadonlyMap<string, { stack: string; key: StateKey }>;
} {
    const byId = new Map<string, KeyInState>();
    const byTag = new Map<string, { stack: string; key: StateKey }>();
    const add = (id: string, found: Omit<KeyInState, "alsoIn">): void => {
        const first = byId.get(id);
        // A resource that has it as its current key wins.
        const [kept, other] =
            first && first.role === "managed" ? [first, found] : first ? [found, first] : [found, undefined];
        byId.set(id, { ...kept, alsoIn: other && `${other.stack} ${other.key.resource}` });
    };
    for (const state of states) {
        const { name: stack, keys, organizationId } = state;
        const origin = {
            stack,
            isForeign: isForeign(state, cloud),
            isOfOrganization: organizationId !== undefined && organizationId === cloud.organizationId,
        };
        for (const key of keys) {
            const role = key.pendingDelete ? "superseded" : "managed";
            add(key.state.apiKey, { ...origin, key, role, retireAt: undefined });
            for (const { apiKey, retireAt } of key.state.superseded) {
                add(apiKey, { ...origin, key, role: "superseded", retireAt });
            }
            const created = readKeyDescription(key.state.description);
            if (created && !origin.isForeign) byTag.set(created.tag, { stack, key });
        }
    }
    return { byId, byTag };
}

/** Whether the state certainly belongs to another organization than the report. */
export function isForeign({ organizationId }: StackState, cloud: CloudInventory): boolean {
    return (
        organizationId !== undefined &&
        cloud.organizationId !== undefined &&
        organizationId !== cloud.organizationId
    );
}

/** `confluent-flink` from `confluent-flink/prod`. */
export function projectOf(stack: string): string {
    return stack.slice(0, stack.indexOf("/"));
}
