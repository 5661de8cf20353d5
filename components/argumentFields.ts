/**
 * Throws if `value` is not a plain object whose fields are all in `fields`. TypeScript reports a misspelt argument, but JavaScript
 * and objects read from config do not: `role` instead of `roles` would grant OrganizationAdmin. `property` is empty for the
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
    const unknown = Object.entries(value).find(
        ([name, given]) => given !== undefined && !fields.includes(name),
    );
    if (unknown === undefined) return;
    const path = property === "" ? unknown[0] : `${property}.${unknown[0]}`;
    throw new Error(`${path}: got a field of this name, ${wanted}`);
}

/** A copy of the object without fields that are null. JSON cannot represent undefined. */
export function withoutNulls<T extends object>(value: T): T {
    return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== null)) as T;
}
