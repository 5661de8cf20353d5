/**
 * The tag at the end of a key's description. It is the same on every key that one resource creates: `[pcf-1f6a09c2d4e87b35]`.
 * `components/tag.ts` computes it. A key that was not handed out yet has the mark `unfinished`:
 * `[pcf-1f6a09c2d4e87b35 unfinished]` (docs/decisions/004-strays.md).
 */
const pattern = /\[(pcf-[0-9a-f]{16})( unfinished)?\]\s*$/;

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
