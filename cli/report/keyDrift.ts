import type { FlinkApiKey } from "../../confluent/apiKeys";
import { isAdopting, isOurs, ownershipOf } from "../../provider/ownership";
import { withTagAlone } from "../../provider/tag";
import type { CloudInventory } from "./cloudInventory";
import type { KeyInState } from "./keysInStates";
import { hiddenEnvironment, type StackState } from "./stackState";

/** The differences between a key's state and Confluent Cloud, in words. `lost` is the result of `lostBindings`. */
export function driftOf(
    inState: KeyInState,
    key: FlinkApiKey | undefined,
    lost: ReadonlyMap<string, string[]>,
): string[] {
    const { state, pendingDelete } = inState.key;
    const isCurrent = inState.role === "managed";
    const notes: string[] = [];
    if (key === undefined) notes.push("in the state, but not in Confluent Cloud");
    if (inState.alsoIn !== undefined) notes.push(`also in the state of ${inState.alsoIn}`);
    if (pendingDelete) notes.push("replaced, and not deleted yet: run pulumi up");
    if (isCurrent && key !== undefined) {
        if (key.displayName !== state.displayName) {
            notes.push(differs("display name", state.displayName, key.displayName));
        }
        const isSame = withTagAlone(key.description) === withTagAlone(state.description);
        const isTakenOver = !isAdopting(state) && !isOurs(ownershipOf(state), key.description);
        if (!isSame || isTakenOver) notes.push(differs("description", state.description, key.description));
        if (key.ownerId !== state.owner) notes.push(differs("owner", state.owner, key.ownerId));
        const isHidden = state.scope.environmentId === hiddenEnvironment;
        if (!isHidden && key.scope.name !== state.scope.name) {
            notes.push(differs("scope", state.scope.name, key.scope.name));
        }
    }
    if (isCurrent) notes.push(...(lost.get(`${inState.stack} ${state.owner}`) ?? []));
    return notes;
}

function differs(what: string, inState: string, inCloud: string): string {
    return `${what}: ${JSON.stringify(inState)} in the state, ${JSON.stringify(inCloud)} in Confluent Cloud`;
}

/**
 * Role bindings that are in a state but not listed by Confluent Cloud, by stack and principal. They count only if the
 * caller sees all role bindings, or if another one of the same principal is listed.
 */
export function lostBindings(states: readonly StackState[], cloud: CloudInventory): Map<string, string[]> {
    const lost = new Map<string, string[]>();
    if (cloud.roleBindings === undefined) return lost;
    const listed = new Set(cloud.roleBindings.map(({ id }) => id));
    const visible = new Set(cloud.roleBindings.map(({ principalId }) => principalId));
    for (const { name, roleBindings } of states) {
        for (const { id, principalId, roleName } of roleBindings) {
            if (listed.has(id) || !(cloud.caller.seesEverything || visible.has(principalId))) continue;
            const owner = `${name} ${principalId}`;
            lost.set(owner, [...(lost.get(owner) ?? []), `role binding ${id} (${roleName}) is gone`]);
        }
    }
    return lost;
}
