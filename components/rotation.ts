import { createHash } from "node:crypto";
import ms from "ms";
import { parseDurationMs } from "../confluent/duration";
import { durationRule, overlapRule } from "../confluent/keyRules";
import { describeMistake, readText, readValue, type ValueRule } from "../confluent/valueRule";
import { requireFields } from "./argumentFields";

/** When keys are rotated. */
export interface RotationArgs {
    /** Length of a rotation window. Each key is rotated once per window. Confluent advises `90d`. Default: only `trigger` rotates. */
    every?: string;
    /** How long the old key stays valid after a rotation; shorter than `every`. Default `7d`. */
    overlap?: string;
    /** Start of any window, ISO 8601: `2026-01-01`, or with a time and zone `2026-01-01T06:00:00Z`. Default `2024-01-01`. */
    anchor?: string;
    /**
     * The time over which the starts of the regions' windows are spread, so that not all keys rotate in one run. `0s` starts
     * them together. At most `every`, which is the default.
     */
    stagger?: string;
    /**
     * Any text that is more than a date: `2026-11-23 leak`. A new text rotates every key in the next `pulumi up`, whatever the
     * window. ` + ` separates several texts, of which a new one rotates. Removing one rotates nothing. Default: none.
     */
    trigger?: string;
}

export interface RotationWindow {
    /** For FlinkApiKey's `rotationTrigger`; undefined if neither `every` nor `trigger` is set. */
    readonly rotationTrigger: string | undefined;
    /** When the next window starts, ISO 8601; undefined without `every`. */
    readonly rotatesAt: string | undefined;
}

/** Validated rotation settings. */
export interface Rotation {
    readonly everyMs: number | undefined;
    readonly overlap: string;
    readonly anchorMs: number;
    readonly staggerMs: number;
    readonly trigger: string | undefined;
}

const dayMs = ms("1d");
const defaultOverlap = "7d";
const defaultAnchor = "2024-01-01";
/** A time without a zone would depend on the machine that deploys. */
const isoAnchor = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

const everyRule = durationRule("1h", "10y", "90d");
const staggerRule = durationRule("0s", "10y", "30d");
const anchorRule: ValueRule<string> = {
    read: (value) =>
        typeof value === "string" && isoAnchor.test(value) && !Number.isNaN(Date.parse(value))
            ? value
            : undefined,
    wanted: 'a date such as "2026-01-01", or a date and time with a zone such as "2026-01-01T06:00:00Z"',
};
const triggerRule: ValueRule<string> = {
    // Not only a date, which the provider would read as the start of a window.
    read: (value) => (/^[\dT:.Z+\s-]*$/.test(readText(value) ?? "") ? undefined : (value as string)),
    wanted: 'a text such as "2026-11-23 leak"',
};
const rules = {
    every: everyRule,
    overlap: overlapRule,
    anchor: anchorRule,
    stagger: staggerRule,
    trigger: triggerRule,
} as const satisfies Readonly<Record<keyof RotationArgs, ValueRule<string>>>;
const wanted = `an object such as { every: "90d", overlap: "7d" }, with the fields ${Object.keys(rules).join(", ")}`;

/** Validates rotation settings. `property` names them in error messages. */
export function parseRotation(args: unknown, property: string): Rotation {
    requireFields(args, Object.keys(rules), property, wanted);
    const read = (field: keyof RotationArgs): string | undefined =>
        args[field] === undefined ? undefined : readValue(rules[field], args[field], `${property}.${field}`);
    const [every, stagger, trigger] = [read("every"), read("stagger"), read("trigger")];
    const overlap = read("overlap") ?? defaultOverlap;
    const anchorMs = Date.parse(read("anchor") ?? defaultAnchor);
    const everyMs = parseDurationMs(every);
    const staggerMs = parseDurationMs(stagger) ?? everyMs ?? 0;
    if (everyMs !== undefined && (parseDurationMs(overlap) as number) >= everyMs) {
        const less = `less than every (${every}): the old key must end before the next rotation`;
        throw new Error(describeMistake(`${property}.overlap`, overlap, less));
    }
    if (everyMs !== undefined && staggerMs > everyMs)
        throw new Error(describeMistake(`${property}.stagger`, stagger, `at most every (${every})`));
    return { everyMs, overlap, anchorMs, staggerMs, trigger };
}

/**
 * The window that contains `nowMs`, for one region. It only depends on the clock, so a preview shows it. The trigger is the
 * window's start, a date if windows start at midnight UTC, followed by the text of `trigger`: `2026-08-01 + leak`. The provider
 * separates the two again (`provider/rotation.ts`).
 */
export function rotationWindow(rotation: Rotation, region: string, nowMs: number): RotationWindow {
    const { everyMs, anchorMs, trigger } = rotation;
    if (everyMs === undefined) return { rotationTrigger: trigger, rotatesAt: undefined };
    const firstMs = anchorMs + offsetMs(rotation, region);
    const startMs = firstMs + Math.floor((nowMs - firstMs) / everyMs) * everyMs;
    const start = isoTime(startMs);
    return {
        rotationTrigger: trigger === undefined ? start : `${start} + ${trigger}`,
        rotatesAt: new Date(startMs + everyMs).toISOString(),
    };
}

/**
 * The offset of a region's window within the span. It only depends on the region's name, so adding or removing a region does
 * not move the windows of others. Whole days if the span is at least a day.
 */
function offsetMs({ staggerMs }: Rotation, region: string): number {
    const share = createHash("sha256").update(region).digest().readUInt32BE(0) / 2 ** 32;
    const stepMs = staggerMs >= dayMs ? dayMs : 1000;
    return Math.floor((share * staggerMs) / stepMs) * stepMs;
}

/** `2026-08-01`, or `2026-08-01T06:00:00Z` if it is not midnight. */
function isoTime(timeMs: number): string {
    const text = new Date(timeMs).toISOString();
    return timeMs % dayMs === 0 ? text.slice(0, 10) : text.replace(/\.\d+Z$/, "Z");
}
