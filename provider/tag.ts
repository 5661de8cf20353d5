import { cutText, longestDescription } from "../confluent/textLimits";

/**
 * The tag at the end of a key's description. It is the same on every key that one resource creates: `[pcf-1f6a09c2d4e87b35]`.
 * `components/tag.ts` computes it. A key that was not handed out yet has the mark `unfinished`:
 * `[pcf-1f6a09c2d4e87b35 unfinished]` (docs/decisions/004-strays.md). The keys of a resource that has adopted one have the number
 * of that adoption: `[pcf-1f6a09c2d4e87b35 7f3a9c01b2]`. So an earlier holder with the same tag sees that the key is not its own
 * any more.
 */
const pattern = /\[(pcf-[0-9a-f]{16})(?: (?:(unfinished)|([0-9a-f]{10})))?\]\s*$/;

/** What is left for other text: a new key has the tag with its mark. */
const longestText = longestDescription - " [pcf-1f6a09c2d4e87b35 unfinished]".length;

/** The description with this tag, and no other, at its end. */
export function withTag(description: string, tag: string): string {
    if (tagOf(description) === tag) return description;
    const text = description.replace(/\s*\[pcf-[0-9a-f]{16}[^\]]*\]/g, "").trim();
    return `${cutText(text, longestText)} [${tag}]`.trim();
}

/** `pcf-1f6a09c2d4e87b35`; undefined if the description has no tag. */
export function tagOf(description: string): string | undefined {
    return pattern.exec(description)?.[1];
}

/** Whether the key was created by a run that did not finish, so its secret was never handed out. */
export function isUnfinished(description: string): boolean {
    return pattern.exec(description)?.[2] !== undefined;
}

/** The description of a new key: with the mark, if it has a tag. */
export function unfinished(description: string): string {
    return description.replace(pattern, "[$1 unfinished]");
}

/** `7f3a9c01b2`; undefined if the tag has no number of an adoption. */
export function adoptionOf(description: string): string | undefined {
    return pattern.exec(description)?.[3];
}

/** The description with the number of an adoption in its tag; without one if `adoption` is undefined. */
export function withAdoption(description: string, adoption: string | undefined): string {
    if (isUnfinished(description)) return description;
    return description.replace(pattern, adoption === undefined ? "[$1]" : `[$1 ${adoption}]`);
}

/** The description with neither mark nor number in its tag, for comparisons: they come and go by themselves. */
export function withTagAlone(description: string): string {
    return description.replace(pattern, "[$1]");
}

/** The description without its tag. */
export function withoutTag(description: string): string {
    return description.replace(pattern, "").trimEnd();
}
