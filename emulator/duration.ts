import ms, { type StringValue } from "ms";
import type { DurationRange } from "./seededRandom";

/** Milliseconds of `250`, `250ms`, `3s`, `90d`. Throws a TypeError that names the text. */
export function parseDuration(text: string): number {
    const value = text.trim() === "" ? undefined : ms(text.trim() as StringValue);
    if (value === undefined || !Number.isFinite(value) || value < 0) {
        throw new TypeError(`'${text}' is not a duration such as 250ms, 3s or 90d.`);
    }
    return value;
}

/** `3s` is fixed, `2s-8s` is drawn anew each time. */
export function parseDurationRange(text: string): DurationRange {
    const ends = text.split("-");
    if (ends.length > 2) {
        throw new TypeError(`'${text}' is not a duration such as 3s, nor a range such as 2s-8s.`);
    }
    const [minMs = 0, maxMs = minMs] = ends.map(parseDuration);
    if (minMs > maxMs) {
        throw new TypeError(`'${text}' is not a range: its end is before its start.`);
    }
    return { minMs, maxMs };
}
