import type { CloudInventory } from "./cloudInventory";
import type { Place } from "./keyPlaces";
import type { Gap, KeyRow } from "./report";
import type { StackState } from "./stackState";

// Lists lag by seconds.
const listLagMs = 2 * 60 * 1000;

/**
 * Whether a key of this owner would be in the list if it existed. Confluent Cloud leaves out what the caller may not see,
 * without a word: it is certain for owners of whom other keys are listed; and for callers that see every key, where the
 * stack or the owner is of their organization for certain.
 */
export function sightOf(
    { caller, keys, serviceAccounts, users }: CloudInventory,
    nowMs: number,
): { wouldSee(ownerId: string, createdAt: string | null, place: Place | undefined): boolean } {
    const principals = new Set([...serviceAccounts, ...users].map(({ id }) => id));
    const visibleOwners = new Set(keys.map(({ ownerId }) => ownerId));
    return {
        wouldSee: (ownerId, createdAt, place) => {
            if (createdAt !== null && nowMs - Date.parse(createdAt) < listLagMs) return false;
            // ResourceKeyAdmin sees every key but its own.
            const isOwn = ownerId === (caller.ownerId ?? caller.identity);
            const isHere = place?.isOfOrganization === true || principals.has(ownerId);
            return (caller.seesEverything && !isOwn && isHere) || visibleOwners.has(ownerId);
        },
    };
}

/** Keys that a state holds and nobody can tell of, or no key at all for credentials that may have no right to see one. */
export function unseenGap(
    unseen: readonly string[],
    keys: readonly KeyRow[],
    { caller }: CloudInventory,
): Gap[] {
    const likely = `${caller.identity || "The caller"} may have no right to see them (OrganizationAdmin or ResourceKeyAdmin shows every key), or be of another organization`;
    if (unseen.length > 0) {
        const owners = [
            ...new Set(keys.filter(({ id }) => unseen.includes(id)).map(({ ownerId }) => ownerId)),
        ];
        const named = owners.length > 3 ? `${owners.slice(0, 3).join(", ")}, …` : owners.join(", ");
        const reason = `${unseen.length} ${unseen.length === 1 ? "key" : "keys"} of ${named} that states hold ${unseen.length === 1 ? "is" : "are"} not listed, which proves nothing: ${likely}, or the list lags behind.`;
        return [{ subject: "keys", reason }];
    }
    if (keys.length === 0 && !caller.seesEverything) {
        return [{ subject: "keys", reason: `Confluent Cloud lists no Flink API key: ${likely}.` }];
    }
    return [];
}

export function foreignGaps(
    foreign: readonly StackState[],
    { caller, organizationId }: CloudInventory,
): Gap[] {
    return foreign
        .filter(({ keys }) => keys.length > 0)
        .map((state) => ({
            subject: "keys",
            name: state.name,
            reason: `The stack is of organization ${state.organizationId}, and ${caller.identity} is of ${organizationId}: its keys cannot be seen there.`,
        }));
}
