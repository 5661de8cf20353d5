import ms, { type StringValue } from "ms";
import type { DurationRange } from "./seededRandom";

/**
 * `250ms`, `3s` or `90d` in milliseconds. Throws a TypeError that quotes the text. A number alone would be milliseconds, which
 * nobody means by `--key-propagation 3`.
 */
export function parseDuration(text: string): number {
    const trimmed = text.trim();
    if (!/^\d{1,15}(\.\d{1,15})?(ms|s|m|h|d|w|y)$/.test(trimmed)) {
        throw new TypeError(
            `'${text}' is not a duration such as 250ms, 3s or 90d: a number and its unit, ms, s, m, h, d, w or y.`,
        );
    }
    return ms(trimmed as StringValue);
}

/** `3s` is a fixed time, `2s-8s` a new random time in that range for each use. */
export function parseDurationRange(text: string): DurationRange {
    const ends = text.split("-");
    if (ends.length > 2)
        throw new TypeError(`'${text}' is not a duration such as 3s, nor a range such as 2s-8s.`);
    const [minMs = 0, maxMs = minMs] = ends.map(parseDuration);
    if (minMs > maxMs) throw new TypeError(`'${text}' is not a range: its end is before its start.`);
    return { minMs, maxMs };
}
