import { counted } from "../counted";
import type { CloudInventory } from "./cloudInventory";
import type { KeyInState } from "./keysInStates";
import type { Gap, KeyRow } from "./report";
import type { StackState } from "./stackState";

// A new key may be missing from a list for some seconds.
const listLagMs = 2 * 60 * 1000;

/**
 * Decides whether a key would be listed if it existed. Confluent Cloud silently leaves out keys that the caller is not
 * allowed to see. A key would certainly be listed in two cases: other keys of the same owner are listed, or the caller
 * sees every key and the stack or the owner certainly belongs to the caller's organization.
 */
export function wouldBeListed(
    { caller, keys, serviceAccounts, users }: CloudInventory,
    nowMs: number,
): (ownerId: string, createdAt: string | null, inState: KeyInState | undefined) => boolean {
    const principals = new Set([...serviceAccounts, ...users].map(({ id }) => id));
    const visibleOwners = new Set(keys.map(({ ownerId }) => ownerId));
    return (ownerId, createdAt, inState) => {
        if (createdAt !== null && nowMs - Date.parse(createdAt) < listLagMs) return false;
        const isInOrganization = inState?.isOfOrganization === true || principals.has(ownerId);
        return (caller.seesEverything && isInOrganization) || visibleOwners.has(ownerId);
    };
}

/** A gap if keys in a state are not listed but may exist, or if no key at all is listed, perhaps for lack of permission. */
export function unseenGap(
    unseen: readonly string[],
    keys: readonly KeyRow[],
    { caller }: CloudInventory,
): Gap[] {
    const likely = `${caller.identity || "The caller"} may not be allowed to see them (OrganizationAdmin sees every key), or may belong to another organization`;
    if (unseen.length > 0) {
        const owners = new Set(keys.filter(({ id }) => unseen.includes(id)).map(({ ownerId }) => ownerId));
        const named = [...owners].slice(0, 3).join(", ") + (owners.size > 3 ? ", …" : "");
        const reason = `${counted(unseen.length, "key")} of ${named} ${unseen.length === 1 ? "is" : "are"} in a state but not listed, which proves nothing: ${likely}, or the list may lag behind.`;
        return [{ subject: "keys", reason }];
    }
    if (keys.length === 0 && !caller.seesEverything) {
        return [{ subject: "keys", reason: `Confluent Cloud lists no Flink API key: ${likely}.` }];
    }
    return [];
}

/** A gap for each stack of another organization. */
export function foreignGaps(
    foreign: readonly StackState[],
    { caller, organizationId }: CloudInventory,
): Gap[] {
    return foreign
        .filter(({ keys }) => keys.length > 0)
        .map((state) => ({
            subject: "organization",
            name: state.name,
            reason: `The stack belongs to organization ${state.organizationId} and ${caller.identity} to ${organizationId}, so its keys cannot be read: report there with credentials of that organization, or leave the stack out with --organization ${organizationId}.`,
        }));
}
