import type { CloudInventory } from "./cloudInventory";
import type { Place } from "./keyPlaces";
import type { Gap, KeyRow } from "./report";
import type { StackState } from "./stackState";

// Lists lag by seconds.
const listLagMs = 2 * 60 * 1000;

/**
 * Whether a key of this owner would be listed if it existed. Confluent Cloud silently leaves out keys that the caller
 * is not allowed to see. The key would certainly be listed if other keys of the same owner are, or if the caller sees
 * every key and the stack or the owner certainly belongs to the caller's organization.
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
            // ResourceKeyAdmin sees every key except its own.
            const isOwn = ownerId === (caller.ownerId ?? caller.identity);
            const isHere = place?.isOfOrganization === true || principals.has(ownerId);
            return (caller.seesEverything && !isOwn && isHere) || visibleOwners.has(ownerId);
        },
    };
}

/**
 * A gap for keys that are in a state and may exist unseen, or if no key at all is listed and permissions may be the
 * reason.
 */
export function unseenGap(
    unseen: readonly string[],
    keys: readonly KeyRow[],
    { caller }: CloudInventory,
): Gap[] {
    const likely = `${caller.identity || "The caller"} may not be allowed to see them (OrganizationAdmin or ResourceKeyAdmin sees every key), or may belong to another organization`;
    if (unseen.length > 0) {
        const owners = [
            ...new Set(keys.filter(({ id }) => unseen.includes(id)).map(({ ownerId }) => ownerId)),
        ];
        const named = owners.length > 3 ? `${owners.slice(0, 3).join(", ")}, …` : owners.join(", ");
        const reason = `${unseen.length} ${unseen.length === 1 ? "key" : "keys"} of ${named} ${unseen.length === 1 ? "is" : "are"} in a state but not listed, which proves nothing: ${likely}, or the list may lag behind.`;
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
            reason: `The stack belongs to organization ${state.organizationId} and ${caller.identity} to ${organizationId}, so its keys cannot be read.`,
        }));
}
