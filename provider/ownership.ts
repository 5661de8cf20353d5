import type { KeyState, SupersededKey } from "./keyState";
import { adoptionOf, tagOf, withoutTag } from "./tag";

/** How a resource recognises its keys. It is never taken from what a refresh has found. */
export interface Ownership {
    /** The tags that its keys may have: more than one while a rename is applied. */
    readonly tags: readonly string[];
    /** The number in the tags of its keys, if it has adopted one. */
    readonly adoption: string | undefined;
    /** It has not put its tag into the description of this key yet: the adoption is under way, or was interrupted. */
    readonly isAdopting?: boolean;
}

/** How the resource with this state recognises its current key. `description`: the declared one, with the tag that it gets. */
export function ownershipOf(state: KeyState, description = ""): Ownership {
    const tags = [state.tag, tagOf(description)].filter((tag) => tag !== undefined);
    return { tags, adoption: state.adoption, isAdopting: isAdopting(state) };
}

/** How it recognises a key that a rotation has replaced: the key keeps the tag that the resource had then. */
export function supersededOwnership(state: KeyState, { tag = state.tag }: SupersededKey): Ownership {
    return { tags: tag === undefined ? [] : [tag], adoption: state.adoption };
}

/** Whether the key with this description is the resource's. One without a tag was edited by hand: nobody else claims the key. */
export function isOurs({ tags, adoption, isAdopting }: Ownership, description: string): boolean {
    const tag = tagOf(description);
    if (tag === undefined) return !isAdopting;
    const number = adoptionOf(description);
    return tags.includes(tag) && (number === adoption || (number === undefined && !isAdopting));
}

/** The description of a key that is being adopted, as the state holds it until the resource's tag is in it. */
export function beforeAdoption(description: string, tag: string | undefined): string {
    return tagOf(description) === tag ? withoutTag(description) : description;
}

export function isAdopting({ adoption, status, tag, description }: KeyState): boolean {
    return adoption !== undefined && status === "pending" && tag !== undefined && tagOf(description) !== tag;
}

/** Said of a key after its id and scope. `rotate` finds it in the output of Pulumi. */
export const releasedText = "is now managed by another resource";
