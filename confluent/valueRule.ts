import { looksLikeSecret } from "./apiKeySecret";
import { plainText } from "./plainText";
import { printableUrl } from "./printableUrl";

/** What an argument accepts, whichever way it is given: in a program, in stack config, or to the provider. */
export interface ValueRule<T = unknown> {
    /** The value as it is stored; undefined if it is not accepted. */
    readonly read: (value: unknown) => T | undefined;
    /** For the message: `an environment id such as env-abc123`. */
    readonly wanted: string;
}

/** Stands for a value in a message, if the program has marked the value as secret. */
export const secretValue = Symbol("a secret value");

/**
 * The value as it is stored. Throws an error that names property, value and what is wanted. `isSecret`: the value is not shown.
 */
export function readValue<T>(rule: ValueRule<T>, value: unknown, property: string, isSecret = false): T {
    const read = rule.read(value);
    if (read === undefined)
        throw new Error(describeMistake(property, isSecret ? secretValue : value, rule.wanted));
    return read;
}

/** `readiness.timeout: got "300", expected …`: the form of every message about a value. */
export function describeMistake(property: string, got: unknown, wanted: string): string {
    return `${property}: got ${describeValue(got)}, expected ${wanted}`;
}

const longestShown = 60;

/** A value, safe to print: no text that may be a secret; of a URL scheme, host and port; of an object the names of its fields. */
export function describeValue(value: unknown): string {
    if (value === undefined || value === null || value === "") return "nothing";
    if (value === secretValue) return "a secret value";
    if (typeof value === "string") return describeText(value);
    if (typeof value !== "object") return JSON.stringify(value) ?? `a ${typeof value}`;
    if (!Array.isArray(value))
        return `an object with the fields ${Object.keys(value).join(", ") || "(none)"}`;
    const isPlain = value.length <= 9 && value.every((one) => typeof one !== "object");
    return isPlain ? `[${value.map(describeValue).join(", ")}]` : `a list of ${value.length}`;
}

function describeText(text: string): string {
    if (/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
        const url = printableUrl(text.trim());
        if (!URL.canParse(text.trim())) return url;
        const isWhole = [url, `${url}/`].includes(text.trim());
        return isWhole ? JSON.stringify(url) : `${JSON.stringify(url)} and more, which may be secret`;
    }
    if (looksLikeSecret(text)) return `a text of ${text.length} characters, which may be a secret`;
    const plain = plainText(text);
    return plain.length > longestShown
        ? `${JSON.stringify(`${plain.slice(0, longestShown)}...`)} of ${text.length} characters`
        : JSON.stringify(plain);
}

/** An object with fields: neither null nor a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text with at least one character that is not white space, without the space around it. */
export function readText(value: unknown): string | undefined {
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

export function oneOf<T extends string>(...words: readonly [T, ...T[]]): ValueRule<T> {
    return {
        read: (value) => words.find((word) => word === value),
        wanted: words.map((word) => JSON.stringify(word)).join(" or "),
    };
}
