import { concerns, concernsOf } from "../concerns";
import type { Concern, KeyRow, Report } from "../report";
import { statusText } from "../reportText";
import { dueAt } from "../urgency";

/** The filters of the page. They are part of its URL, after `#`, so that a link contains them. */
export interface Selection {
    readonly text: string;
    readonly status: string;
    readonly environment: string;
    readonly region: string;
    readonly concern: Concern | "";
    readonly sort: SortColumn;
    readonly descending: boolean;
    /** From 0. */
    readonly page: number;
    /** Key whose details are shown. */
    readonly key: string;
}

export const sortColumns = [
    "urgency",
    "id",
    "status",
    "owner",
    "environment",
    "region",
    "age",
    "due",
    "readiness",
    "stack",
] as const;
export type SortColumn = (typeof sortColumns)[number];

export const nothingSelected: Selection = {
    text: "",
    status: "",
    environment: "",
    region: "",
    concern: "",
    sort: "urgency",
    descending: false,
    page: 0,
    key: "",
};

/** A key with values that are computed only once, such as the text for the search. */
export interface IndexedKey {
    readonly key: KeyRow;
    readonly searched: string;
    readonly concerns: readonly Concern[];
    /** When it is due next, in milliseconds since 1970; infinite if nothing is due. */
    readonly dueMs: number;
    /** Stack and resource of a key in a state; undefined for other keys. */
    readonly lane: string | undefined;
}

export function indexKeys(report: Report): IndexedKey[] {
    return report.keys.map((key) => ({
        key,
        searched: [
            key.id,
            key.displayName,
            key.description,
            statusText(key),
            key.ownerId,
            key.ownerName,
            key.scope,
            key.environmentName,
            key.stack ?? "",
            key.resource ?? "",
            key.readiness ?? "",
            ...(key.rolesInEnvironment ?? []),
            ...(key.drift ?? []),
            ...key.holders.map((holder) => `${holder.stack} ${holder.resource}`),
        ]
            .join("\n")
            .toLowerCase(),
        concerns: concernsOf(key, report.ageLimitSeconds),
        dueMs: Date.parse(dueAt(key) ?? "") || Number.POSITIVE_INFINITY,
        lane:
            key.status === "managed" || key.status === "superseded"
                ? `${key.stack} ${key.resource}`
                : undefined,
    }));
}

/** The keys that match, in the order of the report. Every word of the search text must be found. */
export function filterKeys(keys: readonly IndexedKey[], selection: Selection): readonly IndexedKey[] {
    const words = selection.text.toLowerCase().split(/\s+/).filter(Boolean);
    const { status, environment, region, concern } = selection;
    if (words.length === 0 && [status, environment, region, concern].every((one) => one === "")) return keys;
    return keys.filter(
        ({ key, searched, concerns }) =>
            (status === "" || statusText(key) === status) &&
            (environment === "" || key.environmentId === environment) &&
            (region === "" || key.region === region) &&
            (concern === "" || concerns.includes(concern)) &&
            words.every((word) => searched.includes(word)),
    );
}

/** Sorts by the chosen column. The report's own order is by urgency. */
export function sortKeys(keys: readonly IndexedKey[], sort: SortColumn, descending: boolean): IndexedKey[] {
    if (sort === "urgency") return descending ? [...keys].reverse() : [...keys];
    const readValue = sortValues[sort];
    const sign = descending ? -1 : 1;
    return keys
        .map((one) => ({ one, value: readValue(one.key) }))
        .sort((a, b) => {
            // Keys without a value come last, in both directions.
            if (a.value === null || b.value === null)
                return Number(a.value === null) - Number(b.value === null);
            return a.value < b.value ? -sign : a.value > b.value ? sign : 0;
        })
        .map(({ one }) => one);
}

const sortValues: Readonly<Record<Exclude<SortColumn, "urgency">, (key: KeyRow) => string | number | null>> =
    {
        id: (key) => key.id,
        status: statusText,
        owner: (key) => (key.ownerName || key.ownerId).toLowerCase(),
        environment: (key) => (key.environmentName || key.environmentId).toLowerCase(),
        region: (key) => key.region,
        age: (key) => key.ageSeconds,
        due: dueAt,
        readiness: (key) => key.readiness,
        stack: (key) => key.stack,
    };

/** `status=stray&page=2`: only the filters that are set. */
export function writeSelection(selection: Selection): string {
    const fields = Object.entries(selection).filter(
        ([name, value]) => value !== nothingSelected[name as keyof Selection],
    );
    return new URLSearchParams(
        fields.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
}

/** Reads what `writeSelection` wrote, and ignores unknown values. */
export function readSelection(text: string): Selection {
    const fields = new URLSearchParams(text);
    const sort = fields.get("sort") as SortColumn | null;
    const page = Number(fields.get("page") ?? 0);
    return {
        text: fields.get("text") ?? "",
        status: fields.get("status") ?? "",
        environment: fields.get("environment") ?? "",
        region: fields.get("region") ?? "",
        concern: concerns.find((one) => one === fields.get("concern")) ?? "",
        sort: sort !== null && sortColumns.includes(sort) ? sort : "urgency",
        descending: fields.get("descending") === "true",
        page: Number.isInteger(page) && page >= 0 ? page : 0,
        key: fields.get("key") ?? "",
    };
}
