import type { CloudInventory } from "./cloudInventory";
import { readKeyDescription } from "./keyDescription";
import type { StackState, StateKey } from "./stackState";

/** Where a key stands in the states. */
export interface Place {
    readonly stack: string;
    readonly key: StateKey;
    readonly role: "managed" | "superseded";
    readonly retireAt: string | undefined;
    /** Its stack's role bindings are of another organization than the one that was asked. */
    readonly isForeign: boolean;
    /** Its stack's role bindings are of the organization that was asked. */
    readonly isOfOrganization: boolean;
    /** Another place that holds it too. */
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
        // The one that has it as its current key speaks for it.
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

/** `confluent-flink` of `confluent-flink/prod`. */
export function projectOf(stack: string): string {
    return stack.slice(0, stack.indexOf("/"));
}
