import type pc from "picocolors";
import type { KeyRow, Report } from "./report";
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
    readonly cell: (key: KeyRow) => string;
    /** The colour of a value that needs attention. */
    readonly paint?: (key: KeyRow) => Paint | false | null | undefined;
    /** The value without its name: `sa-111aaa`. It is never cut, because two rows may differ in it alone. */
    readonly idOf?: (key: KeyRow) => string;
    /** The column may be cut to this width, but not below its ids, to fit the terminal. Default: never cut. */
    readonly usualWidth?: number;
    /** If there is not enough room, the value goes below the first line, perhaps with the title. Default: it stays there. */
    readonly below?: "value" | "titleAndValue";
}

/** The columns of the table, in order. */
export function columnsOf(report: Report, colours: Colours): Column[] {
    const owners = new Map(report.owners.map((owner) => [owner.id, owner]));
    return [
        { title: "KEY", cell: (key) => key.id },
        {
            title: "STATUS",
            cell: statusText,
            paint: (key) => {
                if (key.status === "unknown") return colours.yellow;
                if (!key.live || key.status === "stray") return colours.red;
                return key.status !== "managed" && colours.dim;
            },
        },
        {
            title: "OWNER",
            cell: (key) => nameAndId(key.ownerName, key.ownerId),
            idOf: (key) => key.ownerId,
            usualWidth: 18,
            below: "value",
        },
        {
            title: "ENVIRONMENT",
            cell: (key) => nameAndId(key.environmentName, key.environmentId) || noEnvironment.name,
            idOf: (key) => key.environmentId,
            usualWidth: 20,
            below: "value",
        },
        { title: "REGION", cell: (key) => key.region, below: "value" },
        {
            title: "AGE",
            cell: ageText,
            paint: (key) => (key.ageSeconds ?? 0) > report.ageLimitSeconds && colours.yellow,
        },
        {
            title: "DUE",
            cell: (key) => dueText(key, report.generatedAt),
            paint: (key) => key.overdue && colours.red,
        },
        {
            title: "READY",
            cell: readinessText,
            paint: (key) => key.readiness !== null && key.readiness !== "ready" && colours.red,
        },
        {
            title: "ROLES",
            cell: rolesText,
            paint: (key) => (key.organizationAdmin || key.rolesInEnvironment?.length === 0) && colours.yellow,
            usualWidth: 12,
            below: "titleAndValue",
        },
        {
            title: "QUOTA",
            cell: (key) => quotaText(owners.get(key.ownerId)),
            below: "titleAndValue",
        },
        { title: "STACK", cell: (key) => stackText(key, report), below: "value" },
        {
            title: "DRIFT",
            cell: driftText,
            paint: (key) => (key.drift ?? []).length > 0 && colours.red,
            usualWidth: 24,
            below: "titleAndValue",
        },
    ];
}
