import type * as pulumi from "@pulumi/pulumi";
import { describeMistake, isObject, readValue, type ValueRule } from "../confluent/valueRule";

/**
 * Throws if `value` is no plain object with fields of `fields` only: in JavaScript, a misspelt `roles` would grant
 * OrganizationAdmin. `property` is empty for the arguments themselves.
 */
export function requireFields(
    value: unknown,
    fields: readonly string[],
    property: string,
    wanted: string,
): asserts value is Readonly<Record<string, unknown>> {
    const name = property || "args";
    if (isKnownLater(value)) throw new Error(`${name}: got an output, expected ${wanted}`);
    if (!isObject(value)) throw new Error(describeMistake(name, value, wanted));
    const unknown = Object.entries(value).find(
        ([field, given]) => given !== undefined && !fields.includes(field),
    )?.[0];
    if (unknown === undefined) return;
    const path = property === "" ? unknown : `${property}.${unknown}`;
    throw new Error(`${path}: got a field of this name, expected ${wanted}`);
}

/** A copy of the object without fields that are null. JSON cannot represent undefined. */
export function withoutNulls<T extends object>(value: T): T {
    return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== null)) as T;
}

/** Whether a value is an output or a promise, so that only the deployment knows it. */
export function isKnownLater(value: unknown): boolean {
    return (
        value instanceof Promise || (typeof value === "object" && value !== null && "__pulumiOutput" in value)
    );
}

/** An argument as it is stored. One that is known later is checked then. */
export function readInput<T>(rule: ValueRule<T>, value: unknown, property: string): pulumi.Input<T> {
    return isKnownLater(value)
        ? (value as pulumi.Output<T>)
        : (readValue(rule, value, property) as pulumi.Input<T>);
}
