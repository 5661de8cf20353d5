import { concernsOf } from "./concerns";
import type { KeyRow } from "./report";
import { secondsBetween } from "./timeText";

/** Sorts overdue keys first, then by problem, by the date of the next change, and by age. */
export function compareUrgency(a: KeyRow, b: KeyRow): number {
    return (
        rank(a) - rank(b) ||
        dateOrder(dueAt(a), dueAt(b)) ||
        (b.ageSeconds ?? 0) - (a.ageSeconds ?? 0) ||
        (a.id < b.id ? -1 : 1)
    );
}

/** When the key's rotation is due or its overlap ends, ISO 8601; null if neither is set. */
export function dueAt(key: KeyRow): string | null {
    return key.status === "superseded" ? key.retireAt : key.rotatesAt;
}

/** Whether the rotation is due, or the overlap ends, at most this long after `nowIso`. False if that time is not known. */
export function isDueWithin(key: KeyRow, seconds: number, nowIso: string): boolean {
    const due = dueAt(key);
    return due !== null && secondsBetween(nowIso, due) <= seconds;
}

function rank(key: KeyRow): number {
    if (key.overdue) return 0;
    if ((key.drift ?? []).length > 0) return 1;
    if (key.status === "stray") return 2;
    if (concernsOf(key, 0).some((concern) => concern === "unready" || concern === "roleless")) return 3;
    if (key.status === "unknown" || (key.status === "superseded" && key.holders.length > 0)) return 4;
    return 5;
}

function dateOrder(a: string | null, b: string | null): number {
    return (a === null ? Number.MAX_VALUE : Date.parse(a)) - (b === null ? Number.MAX_VALUE : Date.parse(b));
}
