import type { FlinkApiKey } from "../../confluent/apiKeys";
import { groupBy } from "./groupBy";
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
    const mentions = states.flatMap(({ name: stack, search }) =>
        search.mentions
            .filter(({ apiKey }) => known.has(apiKey))
            // The outputs of the key's own stack are how others get it. They do not use it.
            .filter(({ apiKey, isStackOutput }) => !isStackOutput || inStates.get(apiKey)?.stack !== stack)
            .map(({ apiKey, resource, property }) => ({ apiKey, holder: { stack, resource, property } })),
    );
    const byKey = [...groupBy(mentions, ({ apiKey }) => apiKey)];
    return new Map(byKey.map(([apiKey, found]) => [apiKey, found.map(({ holder }) => holder)]));
}

/**
 * States whose encrypted values were not searched, although they were requested or a superseded key still works: only then its
 * holders matter.
 */
export function holderGaps(states: readonly StackState[], keys: readonly KeyRow[]): Gap[] {
    const withProblem = states.filter(({ secretsProblem }) => secretsProblem !== undefined);
    const undecrypted = [...groupBy(withProblem, ({ secretsProblem }) => secretsProblem)].map(
        ([problem, ofProblem]): Gap => ({
            subject: "holders",
            name: ofProblem.map(({ name }) => name).join(", "),
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
