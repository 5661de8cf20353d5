import { createHash } from "node:crypto";
import ms from "ms";
import { parseDurationMs } from "../confluent/duration";

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

/** Validates rotation settings. `property` names them in error messages. */
export function parseRotation(args: RotationArgs, property: string): Rotation {
    const everyMs = args.every === undefined ? undefined : durationMs(args.every, `${property}.every`, "90d");
    if (everyMs !== undefined && everyMs < ms("1h")) {
        throw new Error(
            `${property}.every: got ${JSON.stringify(args.every)}, expected at least 1h, such as "90d"`,
        );
    }
    const overlap = args.overlap ?? defaultOverlap;
    const overlapMs = durationMs(overlap, `${property}.overlap`, "7d");
    if (everyMs !== undefined && overlapMs >= everyMs) {
        throw new Error(
            `${property}.overlap: got ${JSON.stringify(overlap)}, expected less than every (${args.every}): the old key must end before the next rotation`,
        );
    }
    const anchorMs = Date.parse(args.anchor ?? defaultAnchor);
    if (Number.isNaN(anchorMs) || !isoAnchor.test(String(args.anchor ?? defaultAnchor))) {
        throw new Error(
            `${property}.anchor: got ${JSON.stringify(args.anchor)}, expected a date such as "2026-01-01", or a date and time with a zone such as "2026-01-01T06:00:00Z"`,
        );
    }
    const staggerMs =
        args.stagger === undefined ? (everyMs ?? 0) : durationMs(args.stagger, `${property}.stagger`, "30d");
    if (everyMs !== undefined && staggerMs > everyMs) {
        throw new Error(
            `${property}.stagger: got ${JSON.stringify(args.stagger)}, expected at most every (${args.every})`,
        );
    }
    if (args.trigger !== undefined && !isText(args.trigger)) {
        throw new Error(
            `${property}.trigger: got ${JSON.stringify(args.trigger)}, expected a text such as "2026-11-23 leak"`,
        );
    }
    return { everyMs, overlap, anchorMs, staggerMs, trigger: args.trigger };
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

/** Not only a date, which the provider would read as the start of a window. */
function isText(trigger: unknown): boolean {
    return typeof trigger === "string" && trigger.trim() !== "" && !/^[\dT:.Z+\s-]+$/.test(trigger);
}

/** `2026-08-01`, or `2026-08-01T06:00:00Z` if it is not midnight. */
function isoTime(timeMs: number): string {
    const text = new Date(timeMs).toISOString();
    return timeMs % dayMs === 0 ? text.slice(0, 10) : text.replace(/\.\d+Z$/, "Z");
}

function durationMs(text: unknown, property: string, example: string): number {
    const value = parseDurationMs(text);
    if (value === undefined) {
        throw new Error(`${property}: got ${JSON.stringify(text)}, expected a duration such as "${example}"`);
    }
    return value;
}
