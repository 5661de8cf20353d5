import type pc from "picocolors";
import type { KeyRow, Owner, Report } from "./report";
import {
    ageText,
    driftText,
    dueText,
    nameAndId,
    noEnvironment,
    quotaText,
    readinessText,
    rolesText,
    stackText,
    statusText,
} from "./reportText";

export type Paint = (text: string) => string;
export type Colours = ReturnType<typeof pc.createColors>;

export interface Column {
    readonly title: string;
    readonly cell: (key: KeyRow, owner: Owner | undefined) => string;
    readonly paint?: (key: KeyRow, owner: Owner | undefined, colours: Colours) => Paint | undefined;
    /** The value without its name: `sa-111aaa`. It is never cut, because two rows may differ in it alone. */
    readonly idOf?: (key: KeyRow) => string;
    /** The column may be cut to this width, but not below its ids, before another column is left out. Default: never cut. */
    readonly usualWidth?: number;
    /** Columns are left out on a narrow terminal in this order, the highest first. Default: never left out. */
    readonly dropOrder?: number;
    /**
     * Where the value goes if there is still not enough room: to the lines below, or there too but only if there is room, or to a
     * line of its own. Default: it stays on the first line.
     */
    readonly overflow?: "below" | "belowIfRoom" | "ownLine";
}

/** The columns of the table, in order. */
export function columnsOf(report: Report): Column[] {
    return [
        { title: "KEY", cell: (key) => key.id },
        { title: "STATUS", cell: statusText, paint: statusPaint },
        {
            title: "OWNER",
            cell: (key) => nameAndId(key.ownerName, key.ownerId),
            idOf: (key) => key.ownerId,
            usualWidth: 18,
            overflow: "below",
        },
        {
            title: "ENVIRONMENT",
            cell: (key) => nameAndId(key.environmentName, key.environmentId) || noEnvironment.name,
            idOf: (key) => key.environmentId,
            usualWidth: 20,
            overflow: "below",
        },
        { title: "REGION", cell: (key) => key.region, overflow: "below" },
        {
            title: "AGE",
            cell: ageText,
            paint: (key, _, colours) =>
                (key.ageSeconds ?? 0) > report.ageLimitSeconds ? colours.yellow : undefined,
        },
        {
            title: "DUE",
            cell: (key) => dueText(key, report.generatedAt),
            paint: (key, _, colours) => (key.overdue ? colours.red : undefined),
        },
        {
            title: "READY",
            cell: readinessText,
            paint: (key, _, colours) =>
                key.readiness === null || key.readiness === "ready" ? undefined : colours.red,
        },
        {
            title: "ROLES",
            cell: rolesText,
            paint: (key, _, colours) =>
                key.organizationAdmin || key.rolesInEnvironment?.length === 0 ? colours.yellow : undefined,
            usualWidth: 12,
            dropOrder: 1,
            overflow: "belowIfRoom",
        },
        { title: "QUOTA", cell: (_, owner) => quotaText(owner), dropOrder: 2, overflow: "belowIfRoom" },
        { title: "STACK", cell: (key) => stackText(key, report), overflow: "below" },
        {
            title: "DRIFT",
            cell: driftText,
            paint: (key, _, colours) => ((key.drift ?? []).length > 0 ? colours.red : undefined),
            usualWidth: 24,
            overflow: "ownLine",
        },
    ];
}

function statusPaint(key: KeyRow, _: Owner | undefined, colours: Colours): Paint | undefined {
    if (key.status === "unknown") return colours.yellow;
    if (!key.live || key.status === "stray") return colours.red;
    return key.status === "managed" ? undefined : colours.dim;
}
