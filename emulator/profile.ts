import { readFileSync } from "node:fs";
import { type Choices, choices, type EmulatorOptions } from "./emulatorOptions";
import type { DurationRange } from "./seededRandom";
import { defaultStatuses } from "./statuses";

/** The format of the file that `pulumi-confluent-flink conformance --write-profile` writes. */
export const profileFormat = "confluent-cloud-emulator/profile/1";

/**
 * Reads a profile file: the observed behaviour of a real service, as emulator options. An invalid file is a TypeError with
 * one line: the field, the value got, and the value expected.
 */
export function readProfile(path: string): ProfileOptions {
    let json: unknown;
    try {
        json = JSON.parse(readFileSync(path, "utf8"));
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const problem = code
            ? `${code}, expected a file that can be read`
            : "got something that is not JSON, expected a profile";
        throw new TypeError(`${path}: ${problem}`);
    }
    return profileOptions(json, path);
}

/** What a field of a profile sets, and how its value is read. */
type Field = readonly [
    option: keyof EmulatorOptions,
    read: (value: unknown, name: string, field: string) => unknown,
];

const fields = {
    keyPropagationMs: ["keyPropagation", range],
    rolePropagationMs: ["rolePropagation", range],
    listLagMs: ["listLagMs", milliseconds],
    revocationMs: ["revocationMs", milliseconds],
    roleBindingFilter: ["roleBindingFilter", choice("roleBindingFilter")],
    keyRoles: ["keyRoles", choice("keyRoles")],
    globalKeyApis: ["globalKeyApis", choice("globalKeyApis")],
    statuses: ["statuses", readStatuses],
} as const satisfies Record<string, Field>;

/** The emulator options that a profile sets. Behaviour that was not observed is left out. */
export type ProfileOptions = Pick<EmulatorOptions, (typeof fields)[keyof typeof fields][0]>;

/** The options of a parsed profile. Error messages begin with `name`. */
export function profileOptions(profile: unknown, name = "profile"): ProfileOptions {
    const given = readObject(name, profile, "a profile", ["format", ...Object.keys(fields)]);
    if (given.format !== profileFormat)
        throw invalid(name, "format", given.format, JSON.stringify(profileFormat));
    const options: Record<string, unknown> = {};
    for (const [field, [option, read]] of Object.entries(fields)) {
        if (given[field] !== undefined) options[option] = read(given[field], name, field);
    }
    return options;
}

function readStatuses(value: unknown, name: string): unknown {
    const statuses = readObject(`${name}: statuses`, value, "an object", Object.keys(defaultStatuses));
    for (const [key, status] of Object.entries(statuses)) {
        if (!Number.isInteger(status) || Number(status) < 200 || Number(status) > 499)
            throw invalid(name, `statuses.${key}`, status, "an HTTP status from 200 to 499");
    }
    return statuses;
}

function range(value: unknown, name: string, field: string): DurationRange {
    const ends = readObject(`${name}: ${field}`, value, "{ min, max } in milliseconds", ["min", "max"]);
    const minMs = milliseconds(ends.min, name, `${field}.min`);
    const maxMs = milliseconds(ends.max, name, `${field}.max`);
    if (minMs > maxMs) throw invalid(name, field, value, "min to be at most max");
    return { minMs, maxMs };
}

function choice(option: keyof Choices): Field[1] {
    return (value, name, field) => {
        const expected: readonly unknown[] = choices[option];
        if (expected.includes(value)) return value;
        throw invalid(name, field, value, expected.map((one) => JSON.stringify(one)).join(" or "));
    };
}

function milliseconds(value: unknown, name: string, field: string): number {
    const longestMs = 24 * 60 * 60 * 1000;
    if (typeof value === "number" && value >= 0 && value <= longestMs) return value;
    throw invalid(name, field, value, `milliseconds from 0 to ${longestMs}`);
}

function readObject(
    name: string,
    value: unknown,
    expected: string,
    fields: readonly string[],
): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value))
        throw new TypeError(`${name}: got ${JSON.stringify(value)}, expected ${expected}`);
    const other = Object.keys(value).find((field) => !fields.includes(field));
    if (other !== undefined)
        throw new TypeError(`${name}: got the unknown field ${other}, expected some of ${fields.join(", ")}`);
    return value as Record<string, unknown>;
}

function invalid(name: string, field: string, got: unknown, expected: string): TypeError {
    return new TypeError(`${name}: ${field}: got ${JSON.stringify(got) ?? "nothing"}, expected ${expected}`);
}
