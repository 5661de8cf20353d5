import { plainText } from "../../confluent/plainText";
import type { KeyRow, Report } from "./report";
import { statusText } from "./reportText";

const columns: readonly [
    title: string,
    cell: (key: KeyRow, report: Report) => string | number | boolean | null,
][] = [
    ["key", (key) => key.id],
    ["status", statusText],
    ["unfinished", (key) => key.unfinished],
    ["owner", (key) => key.ownerId],
    ["owner_name", (key) => key.ownerName],
    ["environment", (key) => key.environmentId],
    ["environment_name", (key) => key.environmentName],
    ["region", (key) => key.region],
    ["created_at", (key) => key.createdAt],
    ["age_seconds", (key) => key.ageSeconds],
    ["rotates_at", (key) => key.rotatesAt ?? noneIf(key.rotationKnown)],
    ["retire_at", (key) => key.retireAt],
    ["overdue", (key) => key.overdue],
    ["readiness", (key) => key.readiness],
    ["roles", (key) => key.rolesInEnvironment && (key.rolesInEnvironment.join(" ") || "none")],
    ["stack", (key) => key.stack],
    ["resource", (key) => key.resource],
    ["display_name", (key) => key.displayName],
    ["description", (key) => key.description],
    ["drift", (key) => key.drift && (key.drift.join("; ") || "none")],
    [
        "holders",
        (key, { holdersKnown }) =>
            key.holders.map((one) => `${one.stack} ${one.resource} ${one.property}`).join("; ") ||
            noneIf(holdersKnown),
    ],
    ["remedies", (key) => key.remedies.join("; ")],
];

function noneIf(isKnown: boolean): string | null {
    return isKnown ? "none" : null;
}

/** All keys, one row each (RFC 4180), in the report's order. An empty cell is not known or does not apply; what is known to be nothing is `none`. */
export function renderCsv(report: Report): string {
    const rows = report.keys.map((key) => columns.map(([, cell]) => quoted(cell(key, report))));
    return [columns.map(([title]) => title), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/**
 * Quotes a cell. A spreadsheet would run a name that begins with one of these characters as a formula, also behind space and what was
 * an invisible mark.
 */
function quoted(value: string | number | boolean | null): string {
    if (value === null) return "";
    const plain = plainText(String(value));
    const text = typeof value === "string" && /^[\s\ufffd]*[=+\-@]/.test(plain) ? `'${plain}` : plain;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
