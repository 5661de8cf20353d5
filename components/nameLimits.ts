import { createHash } from "node:crypto";

/** Confluent's limit for the name of a service account, in characters. */
export const longestName = 64;

/** Cuts `text` to the limit of a name and appends a hash of the whole, so that it stays unique. */
export function cutName(text: string): string {
    if (text.length <= longestName) return text;
    const hash = shortHash(text);
    return `${text.slice(0, longestName - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}

/** The default name of a FlinkAccess's service account. `urn` makes it unique among components of the same name. */
export function defaultAccountName(project: string, stack: string, name: string, urn?: string): string {
    const text = `${project}-${stack}-${name}`;
    return cutName(urn === undefined ? text : `${text}-${shortHash(urn)}`);
}

function shortHash(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
