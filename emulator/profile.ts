import { readFileSync } from "node:fs";
import type { RoleBindingFilter } from "./cloud";
import type { DurationRange } from "./seededRandom";
import { DEFAULT_STATUSES, type Statuses } from "./statuses";

/** The format of the file that `confluent-flink conformance --write-profile` writes. */
export const PROFILE_FORMAT = "confluent-cloud-emulator/profile/1";

/** What a profile says: options of the emulator. What was not seen is left out. */
export interface ProfileOptions {
    keyPropagation?: DurationRange;
    rolePropagation?: DurationRange;
    listLagMs?: number;
    revocationMs?: number;
    roleBindingFilter?: RoleBindingFilter;
    statuses?: Partial<Statuses>;
}

/**
 * The options that a profile file stands for: what was seen of a real service. Throws a TypeError with one line that names
 * the field, what was got and what is expected.
 */
export function readProfile(path: string): ProfileOptions {
    let text: string;
    try {
        text = readFileSync(path, "utf8");
    } catch (error) {
        throw new TypeError(
            `${path}: ${(error as NodeJS.ErrnoException).code}, expected a file that can be read`,
        );
    }
    let json: unknown;
    try {
        json = JSON.parse(text);
    } catch {
        throw new TypeError(`${path}: got something that is not JSON, expected a profile`);
    }
    return profileOptions(json, path);
}

/** The same of a profile that has been read. `name` begins what it throws. */
export function profileOptions(profile: unknown, name = "profile"): ProfileOptions {
    const {
        format,
        keyPropagationMs,
        rolePropagationMs,
        listLagMs,
        revocationMs,
        roleBindingFilter,
        statuses,
    } = known(name, profile, "a profile", [
        "format",
        "keyPropagationMs",
        "rolePropagationMs",
        "listLagMs",
        "revocationMs",
        "roleBindingFilter",
        "statuses",
    ]);
    if (format !== PROFILE_FORMAT) throw wrong(name, "format", format, JSON.stringify(PROFILE_FORMAT));
    const options: ProfileOptions = {};
    if (keyPropagationMs !== undefined) {
        options.keyPropagation = range(name, "keyPropagationMs", keyPropagationMs);
    }
    if (rolePropagationMs !== undefined) {
        options.rolePropagation = range(name, "rolePropagationMs", rolePropagationMs);
    }
    if (listLagMs !== undefined) options.listLagMs = milliseconds(name, "listLagMs", listLagMs);
    if (revocationMs !== undefined) options.revocationMs = milliseconds(name, "revocationMs", revocationMs);
    if (roleBindingFilter !== undefined) {
        if (roleBindingFilter !== "exact" && roleBindingFilter !== "prefix") {
            throw wrong(name, "roleBindingFilter", roleBindingFilter, '"exact" or "prefix"');
        }
        options.roleBindingFilter = roleBindingFilter;
    }
    if (statuses !== undefined) options.statuses = readStatuses(name, statuses);
    return options;
}

function readStatuses(name: string, value: unknown): Partial<Statuses> {
    const names = Object.keys(DEFAULT_STATUSES);
    const statuses = known(`${name}: statuses`, value, "an object", names);
    for (const [key, status] of Object.entries(statuses)) {
        if (!Number.isInteger(status) || Number(status) < 200 || Number(status) > 499) {
            throw wrong(name, `statuses.${key}`, status, "an HTTP status from 200 to 499");
        }
    }
    return statuses as Partial<Statuses>;
}

function range(name: string, field: string, value: unknown): DurationRange {
    const { min, max } = known(`${name}: ${field}`, value, "{ min, max } in milliseconds", ["min", "max"]);
    const minMs = milliseconds(name, `${field}.min`, min);
    const maxMs = milliseconds(name, `${field}.max`, max);
    if (minMs > maxMs) throw wrong(name, field, value, "min to be at most max");
    return { minMs, maxMs };
}

function milliseconds(name: string, field: string, value: unknown): number {
    const longestMs = 24 * 60 * 60 * 1000;
    if (typeof value !== "number" || !(value >= 0 && value <= longestMs)) {
        throw wrong(name, field, value, `milliseconds from 0 to ${longestMs}`);
    }
    return value;
}

function known(
    name: string,
    value: unknown,
    expected: string,
    fields: readonly string[],
): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new TypeError(`${name}: got ${JSON.stringify(value)}, expected ${expected}`);
    }
    const other = Object.keys(value).find((field) => !fields.includes(field));
    if (other !== undefined) {
        throw new TypeError(`${name}: got the unknown field ${other}, expected some of ${fields.join(", ")}`);
    }
    return value as Record<string, unknown>;
}

function wrong(name: string, field: string, got: unknown, expected: string): TypeError {
    return new TypeError(`${name}: ${field}: got ${JSON.stringify(got) ?? "nothing"}, expected ${expected}`);
}
