import { concerns, concernsOf } from "../concerns";
import type { Concern, KeyRow } from "../report";
import { statusText } from "../reportText";

export const nothingSelected = {
    text: "",
    status: "",
    environment: "",
    region: "",
    concern: "" as Concern | "",
    /** Title of the column, with `-` before it for descending order. Empty: by urgency. */
    sort: "",
    /** From 0. */
    page: "",
    /** Key whose details are shown. */
    key: "",
};

/** The filters of the page; empty if not set. They are part of its URL, after `#`, so that a link contains them. */
export type Selection = Readonly<typeof nothingSelected>;

/** The texts that the search looks in, computed only once for each key. */
const searched = new WeakMap<KeyRow, string>();

function searchedText(key: KeyRow): string {
    const known = searched.get(key);
    if (known !== undefined) return known;
    const parts = [
        key.id,
        key.displayName,
        key.description,
        statusText(key),
        key.ownerId,
        key.ownerName,
        key.scope,
        key.environmentName,
        key.stack,
        key.resource,
        key.readiness,
        ...(key.rolesInEnvironment ?? []),
        ...(key.drift ?? []),
        ...key.holders.map((holder) => `${holder.stack} ${holder.resource}`),
    ];
    const text = parts.join("\n").toLowerCase();
    searched.set(key, text);
    return text;
}

/** The keys that match, in the order of the report. Every word of the search text must be found. */
export function filterKeys(
    keys: readonly KeyRow[],
    selection: Selection,
    ageLimitSeconds: number,
): readonly KeyRow[] {
    const words = selection.text.toLowerCase().split(/\s+/).filter(Boolean);
    const { status, environment, region, concern } = selection;
    return keys.filter(
        (key) =>
            (status === "" || statusText(key) === status) &&
            (environment === "" || key.environmentId === environment) &&
            (region === "" || key.region === region) &&
            (concern === "" || concernsOf(key, ageLimitSeconds).includes(concern)) &&
            words.every((word) => searchedText(key).includes(word)),
    );
}

/** `status=stray&page=2`: only the filters that are set. */
export function writeSelection(selection: Selection): string {
    return new URLSearchParams(Object.entries(selection).filter(([, value]) => value !== "")).toString();
}

/** Reads what `writeSelection` wrote, and ignores unknown fields and concerns. */
export function readSelection(text: string): Selection {
    const fields = new URLSearchParams(text);
    const read = Object.keys(nothingSelected).map((name) => [name, fields.get(name) ?? ""]);
    const concern = concerns.find((one) => one === fields.get("concern")) ?? "";
    return { ...(Object.fromEntries(read) as Selection), concern };
}
