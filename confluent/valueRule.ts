/** What an argument accepts, whichever way it is given: in a program, in stack config, or to the provider. */
export interface ValueRule<T = unknown> {
    /** The value as it is stored; undefined if it is not accepted. */
    readonly read: (value: unknown) => T | undefined;
    /** For the message: `an environment id such as env-abc123`. */
    readonly wanted: string;
}

/** The value as it is stored. Throws an error that names the property, the value got and the value wanted. */
export function readValue<T>(rule: ValueRule<T>, value: unknown, property: string): T {
    const read = rule.read(value);
    if (read === undefined) throw new Error(describeMistake(property, value, rule.wanted));
    return read;
}

/** `readiness.timeout: got "300", expected …`: the form of every message about a value. */
export function describeMistake(property: string, got: unknown, wanted: string): string {
    return `${property}: got ${describeValue(got)}, expected ${wanted}`;
}

const longestShown = 60;

/** A value for a message. Of an object only the names of its fields are shown, because it may hold a secret. */
export function describeValue(value: unknown): string {
    if (value === undefined || value === null || value === "") return "nothing";
    if (typeof value === "string" && value.length > longestShown)
        return `${JSON.stringify(`${value.slice(0, longestShown)}...`)} of ${value.length} characters`;
    if (typeof value !== "object") return JSON.stringify(value) ?? `a ${typeof value}`;
    if (!Array.isArray(value))
        return `an object with the fields ${Object.keys(value).join(", ") || "(none)"}`;
    const isPlain = value.length <= 9 && value.every((one) => typeof one !== "object");
    return isPlain ? `[${value.map(describeValue).join(", ")}]` : `a list of ${value.length}`;
}

/** A text with at least one character that is not white space, without the space around it. */
export function readText(value: unknown): string | undefined {
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** One of a few words. */
export function oneOf<T extends string>(...words: readonly [T, ...T[]]): ValueRule<T> {
    return {
        read: (value) => words.find((word) => word === value),
        wanted: words.map((word) => JSON.stringify(word)).join(" or "),
    };
}
