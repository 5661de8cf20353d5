import type { CloudInventory } from "./cloudInventory";
import { readKeyDescription } from "./keyDescription";
import type { StackState, StateKey } from "./stackState";

/** The place of a key in the states. */
export interface Place {
    readonly stack: string;
    readonly key: StateKey;
    readonly role: "managed" | "superseded";
    readonly retireAt: string | undefined;
    /** Its stack's role bindings belong to another organization than the report's. */
    readonly isForeign: boolean;
    /** Its stack's role bindings belong to the report's organization. */
    readonly isOfOrganization: boolean;
    /** Another place that contains it too. */
    readonly second: string | undefined;
}

export function placesInStates(
    states: readonly StackState[],
    cloud: CloudInventory,
): {
    byKey: ReadonlyMap<string, Place>;
    byTag: ReadonlyMap<string, { stack: string; key: StateKey }>;
} {
    const byKey = new Map<string, Place>();
    const byTag = new Map<string, { stack: string; key: StateKey }>();
    const add = (id: string, place: Omit<Place, "second">): void => {
        const first = byKey.get(id);
        // The stack that has it as the current key comes first.
        const [kept, other] =
            first && first.role === "managed" ? [first, place] : first ? [place, first] : [place, undefined];
        byKey.set(id, { ...kept, second: other && `${other.stack} ${other.key.resource}` });
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
            const made = readKeyDescription(key.state.description);
            if (made && !origin.isForeign) byTag.set(made.tag, { stack, key });
        }
    }
    return { byKey, byTag };
}

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
