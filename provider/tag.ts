/**
 * The tag ends a key's description and is the same on every key that one resource makes: `[pcf-1f6a09c2d4e87b35]`.
 * `components/tag.ts` makes it. A key that was not handed out yet says so in it: `[pcf-1f6a09c2d4e87b35 unfinished]`
 * (docs/decisions/004-strays.md).
 */
const pattern = /\[(pcf-[0-9a-f]{16})( unfinished)?\]\s*$/;

/** `pcf-1f6a09c2d4e87b35`; undefined where the description has no tag. */
export function tagOf(description: string): string | undefined {
    return pattern.exec(description)?.[1];
}

/** The key was made by a run that did not get to the end, so nobody was given its secret. */
export function isUnfinished(description: string): boolean {
    return pattern.exec(description)?.[2] !== undefined;
}

/** The description that a key is made with. Without a tag there is nothing to mark. */
export function unfinished(description: string): string {
    return description.replace(pattern, "[$1 unfinished]");
}
