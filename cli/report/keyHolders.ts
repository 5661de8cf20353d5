import type { FlinkApiKey } from "../../confluent/apiKeys";
import type { KeyInState } from "./keysInStates";
import type { Gap, Holder, KeyRow } from "./report";
import type { StackState } from "./stackState";

/** The resources that contain each of these keys, by the key's id. */
export function holdersByKey(
    states: readonly StackState[],
    inStates: ReadonlyMap<string, KeyInState>,
    listed: readonly FlinkApiKey[],
): Map<string, Omit<Holder, "cutOffAt">[]> {
    const known = new Set([...inStates.keys(), ...listed.map(({ id }) => id)]);
    const found = new Map<string, Omit<Holder, "cutOffAt">[]>();
    for (const { name: stack, search } of states) {
        for (const { apiKey, resource, property, isStackOutput } of search.mentions) {
            // The outputs of the key's own stack are how others get it. They do not use it.
            if (!known.has(apiKey) || (isStackOutput && inStates.get(apiKey)?.stack === stack)) continue;
            found.set(apiKey, [...(found.get(apiKey) ?? []), { stack, resource, property }]);
        }
    }
    return found;
}

/**
 * States whose encrypted values were not searched, although they were requested or a superseded key still works: only then its
 * holders matter.
 */
export function holderGaps(states: readonly StackState[], keys: readonly KeyRow[]): Gap[] {
    const byProblem = new Map<string, string[]>();
    for (const { name, secretsProblem } of states) {
        if (secretsProblem !== undefined)
            byProblem.set(secretsProblem, [...(byProblem.get(secretsProblem) ?? []), name]);
    }
    const undecrypted = [...byProblem].map(
        ([problem, names]): Gap => ({
            subject: "holders",
            name: names.join(", "),
            reason: `encrypted values were not searched: ${problem}`,
        }),
    );
    if (undecrypted.length > 0 || !keys.some((key) => key.live && key.status === "superseded"))
        return undecrypted;
    const count = states.reduce((sum, { search }) => sum + search.encryptedResources, 0);
    if (count === 0) return [];
    const reason = `${count} ${count === 1 ? "resource has" : "resources have"} encrypted values, which were not searched for superseded keys: report --holders decrypts them.`;
    return [{ subject: "holders", reason }];
}
