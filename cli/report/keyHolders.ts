import type { FlinkApiKey } from "../../confluent/apiKeys";
import type { Place } from "./keyPlaces";
import type { Gap, Holder, KeyRow } from "./report";
import type { StackState } from "./stackState";

export function holdersByKey(
    states: readonly StackState[],
    places: ReadonlyMap<string, Place>,
    listed: readonly FlinkApiKey[],
): Map<string, Omit<Holder, "cutOffAt">[]> {
    const known = new Set([...places.keys(), ...listed.map(({ id }) => id)]);
    const found = new Map<string, Omit<Holder, "cutOffAt">[]>();
    for (const { name: stack, search } of states) {
        for (const { apiKey, resource, property, isStackOutput } of search.mentions) {
            // A stack's outputs hand its own key out; they are not a holder.
            if (!known.has(apiKey) || (isStackOutput && places.get(apiKey)?.stack === stack)) continue;
            found.set(apiKey, [...(found.get(apiKey) ?? []), { stack, resource, property }]);
        }
    }
    return found;
}

/** Reported only while a superseded key still works, because only then its holders matter. */
export function holderGap(states: readonly StackState[], keys: readonly KeyRow[]): Gap[] {
    if (!keys.some((key) => key.live && key.status === "superseded")) return [];
    const many = states.reduce((sum, { search }) => sum + search.encryptedResources, 0);
    if (many === 0) return [];
    const reason = `${many} ${many === 1 ? "resource has" : "resources have"} encrypted values, which were not searched for superseded keys: report --holders decrypts them.`;
    return [{ subject: "holders", reason }];
}
