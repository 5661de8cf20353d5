import { readFileSync } from "node:fs";
import type { GlobalKeyApis, KeyRoles, RoleBindingFilter } from "./emulatorOptions";
import type { DurationRange } from "./seededRandom";
import { defaultStatuses, type Statuses } from "./statuses";

/** The format of the file that `pulumi-confluent-flink conformance --write-profile` writes. */
export const profileFormat = "confluent-cloud-emulator/profile/1";

/** The emulator options that a profile sets. Behaviour that was not observed is left out. */
export interface ProfileOptions {
    keyPropagation?: DurationRange;
    rolePropagation?: DurationRange;
    listLagMs?: number;
    revocationMs?: number;
    roleBindingFilter?: RoleBindingFilter;
    keyRoles?: KeyRoles;
    globalKeyApis?: GlobalKeyApis;
    statuses?: Partial<Statuses>;
}

/**
 * Reads a profile file: the observed behaviour of a real service, as emulator options. An invalid file is a TypeError with
 * one line: the field, the value got, and the value expected.
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

/** The options of a parsed profile. Error messages begin with `name`. */
export function profileOptions(profile: unknown, name = "profile"): ProfileOptions {
    const {
        format,
        keyPropagationMs,
        rolePropagationMs,
        listLagMs,
        revocationMs,
        roleBindingFilter,
        keyRoles,
        globalKeyApis,
        statuses,
    } = readObject(name, profile, "a profile", [
        "format",
        "keyPropagationMs",
        "rolePropagationMs",
        "listLagMs",
        "revocationMs",
        "roleBindingFilter",
        "keyRoles",
        "globalKeyApis",
        "statuses",
    ]);
    if (format !== profileFormat) throw invalid(name, "format", format, JSON.stringify(profileFormat));
    const options: ProfileOptions = {};
    if (keyPropagationMs !== undefined) {
        options.keyPropagation = range(name, "keyPropagationMs", keyPropagationMs);
    }
    if (rolePropagationMs !== undefined) {
        options.rolePropagation = range(name, "rolePropagationMs", rolePropagationMs);
    }
    if (listLagMs !== undefined) options.listLagMs = milliseconds(name, "listLagMs", listLagMs);
    if (revocationMs !== undefined) options.revocationMs = milliseconds(name, "revocationMs", revocationMs);
    const filter = choice(name, "roleBindingFilter", roleBindingFilter, ["exact", "prefix"]);
    if (filter !== undefined) options.roleBindingFilter = filter;
    const edition = choice(name, "keyRoles", keyRoles, ["2026", "2025"]);
    if (edition !== undefined) options.keyRoles = edition;
    const apis = choice(name, "globalKeyApis", globalKeyApis, ["all", "org-and-flink"]);
    if (apis !== undefined) options.globalKeyApis = apis;
    if (statuses !== undefined) options.statuses = readStatuses(name, statuses);
    return options;
}

function readStatuses(name: string, value: unknown): Partial<Statuses> {
    const names = Object.keys(defaultStatuses);
    const statuses = readObject(`${name}: statuses`, value, "an object", names);
    for (const [key, status] of Object.entries(statuses)) {
        if (!Number.isInteger(status) || Number(status) < 200 || Number(status) > 499) {
            throw invalid(name, `statuses.${key}`, status, "an HTTP status from 200 to 499");
        }
    }
    return statuses as Partial<Statuses>;
}

function range(name: string, field: string, value: unknown): DurationRange {
    const { min, max } = readObject(`${name}: ${field}`, value, "{ min, max } in milliseconds", [
        "min",
        "max",
    ]);
    const minMs = milliseconds(name, `${field}.min`, min);
    const maxMs = milliseconds(name, `${field}.max`, max);
    if (minMs > maxMs) throw invalid(name, field, value, "min to be at most max");
    return { minMs, maxMs };
}

function choice<T extends string>(
    name: string,
    field: string,
    value: unknown,
    expected: readonly T[],
): T | undefined {
    if (value === undefined) return undefined;
    const found = expected.find((one) => one === value);
    if (found === undefined) {
        throw invalid(name, field, value, expected.map((one) => JSON.stringify(one)).join(" or "));
    }
    return found;
}

function milliseconds(name: string, field: string, value: unknown): number {
    const longestMs = 24 * 60 * 60 * 1000;
    if (typeof value !== "number" || !(value >= 0 && value <= longestMs)) {
        throw invalid(name, field, value, `milliseconds from 0 to ${longestMs}`);
    }
    return value;
}

function readObject(
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

function invalid(name: string, field: string, got: unknown, expected: string): TypeError {
    return new TypeError(`${name}: ${field}: got ${JSON.stringify(got) ?? "nothing"}, expected ${expected}`);
}
