import { createHash } from "node:crypto";
import { programError } from "./programError";

/** Confluent's limits for a service account, in characters. */
export const longestName = 64;
export const longestDescription = 128;
/** Of an API key, whose description ends with ` [pcf-1f6a09c2d4e87b35 unfinished]` while it is made. */
export const longestKeyText = longestDescription - " [pcf-1f6a09c2d4e87b35 unfinished]".length;

/** `text`, or its beginning with a hash of the whole behind it: still unique, and never longer than a name may be. */
export function cutName(text: string): string {
    if (text.length <= longestName) return text;
    const hash = shortHash(text);
    return `${text.slice(0, longestName - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}

/** `text`, or its beginning with three dots behind it. */
export function cutText(text: string, longest: number): string {
    return text.length <= longest ? text : `${text.slice(0, longest - 3).trimEnd()}...`;
}

/** The name of the service account of a FlinkAccess that gives none. `place` tells it from others of its name. */
export function defaultAccountName(project: string, stack: string, name: string, place?: string): string {
    const text = `${project}-${stack}-${name}`;
    return cutName(place === undefined ? text : `${text}-${shortHash(place)}`);
}

/** Throws where a text that was given is longer than Confluent takes, or empty. `property`: `principal.displayName`. */
export function requireLength(subject: string, property: string, text: string, longest: number): string {
    if (text.trim() !== "" && text.length <= longest) return text;
    const got = text.trim() === "" ? "nothing" : `${text.length} characters, "${cutText(text, 40)}"`;
    throw programError(`${subject}: ${property}: got ${got}, expected 1 to ${longest} characters`);
}

function shortHash(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
