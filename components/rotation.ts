import { createHash } from "node:crypto";
import ms, { type StringValue } from "ms";

/** When keys are exchanged for new ones. */
export interface RotationArgs {
    /** Length of a window: each key is exchanged once in it. Confluent advises `90d`. Default: only by `trigger`. */
    every?: string;
    /** How long the old key stays valid beside the new one; shorter than `every`. Default `7d`. */
    overlap?: string;
    /** Start of any one window, ISO 8601: `2026-01-01`, or `2026-01-01T06:00:00Z` with its zone. Default `2024-01-01`. */
    anchor?: string;
    /**
     * The span over which the regions' windows are spread, so that not all keys rotate in one run; `0s` lets them start
     * together. At most `every`, which is the default.
     */
    stagger?: string;
    /**
     * Any text that is more than a date: `2026-11-23 leak`. Another text exchanges every key now, whatever the window;
     * taking it away exchanges nothing. Default: none.
     */
    trigger?: string;
}

export interface RotationWindow {
    /** For FlinkApiKey's `rotationTrigger`; undefined where nothing asks for a rotation. */
    readonly rotationTrigger: string | undefined;
    /** When the next window starts, ISO 8601; undefined without `every`. */
    readonly rotatesAt: string | undefined;
}

/** Rotation settings, checked. */
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
/** Without a zone a time would be that of whichever machine deploys. */
const isoAnchor = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Checks rotation settings. `property` is how the message of an error names them. */
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
            `${property}.overlap: got ${JSON.stringify(overlap)}, expected less than every (${args.every}): a key must run out before the next one does`,
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
 * The window that a moment lies in, for one region: a pure function of the clock, so that a preview shows it. The trigger
 * is the window's start, a date where windows start at midnight UTC, with the text of `trigger` behind it:
 * `2026-08-01 + leak`. The provider tells the two apart (`provider/rotation.ts`).
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
 * A region's place within the span, from its name alone: adding or removing another region moves nobody's window. Whole
 * days where the span has days.
 */
function offsetMs({ staggerMs }: Rotation, region: string): number {
    const share = createHash("sha256").update(region).digest().readUInt32BE(0) / 2 ** 32;
    const stepMs = staggerMs >= dayMs ? dayMs : 1000;
    return Math.floor((share * staggerMs) / stepMs) * stepMs;
}

/** Not a date alone, which the provider would take for the start of a window. */
function isText(trigger: unknown): boolean {
    return typeof trigger === "string" && trigger.trim() !== "" && !/^[\dT:.Z+\s-]+$/.test(trigger);
}

/** `2026-08-01`, or `2026-08-01T06:00:00Z` where it is not midnight. */
function isoTime(timeMs: number): string {
    const text = new Date(timeMs).toISOString();
    return timeMs % dayMs === 0 ? text.slice(0, 10) : text.replace(/\.\d+Z$/, "Z");
}

function durationMs(text: unknown, property: string, example: string): number {
    const isDuration = typeof text === "string" && /^\s*\d+(\.\d+)?\s*[a-z]+\s*$/.test(text);
    const value = isDuration ? ms(text.trim() as StringValue) : undefined;
    if (value === undefined || !Number.isFinite(value)) {
        throw new Error(`${property}: got ${JSON.stringify(text)}, expected a duration such as "${example}"`);
    }
    return value;
}
