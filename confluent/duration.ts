import ms, { type StringValue } from "ms";

/** What is accepted as a duration, for messages. */
export const durationForm = "a number and its unit: ms, s, m, h, d, w or y";

/** `90d`, `1.5h` or `0s` in milliseconds; undefined if it is not a duration. A number alone would be read as milliseconds. */
export function parseDurationMs(text: unknown): number | undefined {
    const trimmed = typeof text === "string" ? text.trim() : "";
    if (!/^\d{1,15}(\.\d{1,15})?(ms|s|m|h|d|w|y)$/.test(trimmed)) return undefined;
    return ms(trimmed as StringValue);
}
