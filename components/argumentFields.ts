/**
 * Throws where `value` is no plain object with some of `fields`. TypeScript finds a misspelt argument; JavaScript, and an object
 * that was read from config, let it pass, and a `role` in place of `roles` would make an administrator. `property` is empty for the
 * arguments themselves.
 */
export function requireFields(
    value: unknown,
    fields: readonly string[],
    property: string,
    example: string,
): void {
    const wanted = `expected ${example}`;
    if (typeof value !== "object" || value === null || Array.isArray(value) || "__pulumiOutput" in value) {
        const got =
            typeof value === "object" && value !== null ? "an output or a list" : JSON.stringify(value);
        throw new Error(`${property || "args"}: got ${got ?? "nothing"}, ${wanted}`);
    }
    const strange = Object.entries(value).find(
        ([name, given]) => given !== undefined && !fields.includes(name),
    );
    if (strange === undefined) return;
    const path = property === "" ? strange[0] : `${property}.${strange[0]}`;
    throw new Error(`${path}: got a field of this name, ${wanted}`);
}

/** The same object without fields that are null: JSON has no other way to leave one out. */
export function withoutNulls<T extends object>(value: T): T {
    return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== null)) as T;
}
