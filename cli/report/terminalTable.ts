import pc from "picocolors";
import stringWidth from "string-width";
import { plainText } from "./plainText";
import { concerns, type KeyRow, type Owner, type Report, softConcerns } from "./report";
import {
    ageText,
    concernText,
    countsText,
    dueText,
    incompleteText,
    nameAndId,
    quotaText,
    readinessText,
    rolesText,
    sourcesText,
    stacksText,
    stackText,
    statusText,
} from "./reportText";

export interface Terminal {
    /** In columns; infinite if nothing must be cut. */
    readonly width: number;
    readonly colour: boolean;
}

type Paint = (text: string) => string;
type Colours = ReturnType<typeof pc.createColors>;

interface Column {
    readonly title: string;
    readonly cell: (key: KeyRow, owner: Owner | undefined) => string;
    readonly paint?: (key: KeyRow, owner: Owner | undefined, colours: Colours) => Paint | undefined;
    /** The column may be cut to this width before another column is left out. Default: never cut. */
    readonly good?: number;
    /** The column may be cut to this width if no other column can be left out. Default: `good`. */
    readonly least?: number;
    /** Order in which columns are left out on a narrow terminal, the highest first; 0 means never. */
    readonly sacrifice: number;
    /** Moves to a second line if there is still no room. Default: stays on the first line. */
    readonly second?: true;
    /** Gets a line of its own then, for keys with a value. */
    readonly third?: true;
}

const gap = "  ";
const unlimited = 10_000;
/** On a terminal narrower than this, each key is a block of lines. */
const blockWidth = 64;

/** The report for a person at a terminal. Ends with a line break. */
export function renderTable(report: Report, terminal: Terminal): string {
    const colours = pc.createColors(terminal.colour);
    const owners = new Map(report.owners.map((owner) => [owner.id, owner]));
    const width = Math.min(terminal.width, unlimited);
    const body =
        report.keys.length === 0
            ? ["No Flink API keys."]
            : width < blockWidth
              ? blocks(report, owners, width, colours)
              : table(report, owners, width, colours);
    return `${[...heading(report, colours), "", ...body, ...notes(report, colours)].join("\n")}\n`;
}

function heading(report: Report, colours: Colours): string[] {
    const { summary, ageLimitSeconds } = report;
    const found = concerns
        .filter((concern) => summary[concern] > 0)
        .map((concern) => {
            const text = `${summary[concern]} ${concernText(concern, ageLimitSeconds)}`;
            return softConcerns.includes(concern) ? colours.yellow(text) : colours.red(text);
        });
    const incomplete = incompleteText(report);
    const nothing =
        incomplete === undefined
            ? colours.green("no problems, nothing due")
            : "no problems in what could be read";
    const verdict = found.length > 0 ? found.join(", ") : nothing;
    return [
        ...(incomplete === undefined ? [] : [colours.bold(colours.red(incomplete))]),
        colours.bold(countsText(report)),
        `${verdict} (${stacksText(report)})`,
        colours.dim(sourcesText(report)),
    ];
}

function columnsOf(report: Report): Column[] {
    return [
        { title: "KEY", cell: (key) => key.id, sacrifice: 0 },
        { title: "STATUS", cell: statusText, paint: statusPaint, sacrifice: 0 },
        {
            title: "OWNER",
            cell: (key) => nameAndId(key.ownerName, key.ownerId),
            good: 18,
            least: 10,
            sacrifice: 0,
            second: true,
        },
        {
            title: "ENVIRONMENT",
            cell: (key) => nameAndId(key.environmentName, key.environmentId),
            good: 20,
            least: 10,
            sacrifice: 0,
            second: true,
        },
        { title: "REGION", cell: (key) => key.region, sacrifice: 0, second: true },
        {
            title: "AGE",
            cell: ageText,
            paint: (key, _, colours) =>
                (key.ageSeconds ?? 0) > report.ageLimitSeconds ? colours.yellow : undefined,
            sacrifice: 0,
        },
        {
            title: "DUE",
            cell: (key) => dueText(key, report.generatedAt),
            paint: (key, _, colours) => (key.overdue ? colours.red : undefined),
            sacrifice: 0,
        },
        {
            title: "READY",
            cell: readinessText,
            paint: (key, _, colours) =>
                key.readiness === null || key.readiness === "ready" ? undefined : colours.red,
            sacrifice: 0,
        },
        {
            title: "ROLES",
            cell: rolesText,
            paint: (key, _, colours) =>
                key.organizationAdmin || key.rolesInEnvironment?.length === 0 ? colours.yellow : undefined,
            good: 12,
            sacrifice: 1,
            second: true,
        },
        { title: "QUOTA", cell: (_, owner) => quotaText(owner), sacrifice: 2, second: true },
        { title: "STACK", cell: (key) => stackText(key, report), good: 12, sacrifice: 0, second: true },
        {
            title: "DRIFT",
            cell: (key) => (key.drift.length === 0 ? "–" : plainText(key.drift.join("; "))),
            paint: (key, _, colours) => (key.drift.length > 0 ? colours.red : undefined),
            good: 24,
            sacrifice: 0,
            third: true,
        },
    ];
}

function statusPaint(key: KeyRow, _: Owner | undefined, colours: Colours): Paint | undefined {
    if (key.status === "unknown") return colours.yellow;
    if (!key.live || key.status === "stray") return colours.red;
    return key.status === "managed" ? undefined : colours.dim;
}

interface Cells {
    readonly column: Column;
    readonly texts: readonly string[];
    readonly width: number;
}

function table(
    report: Report,
    owners: ReadonlyMap<string, Owner>,
    width: number,
    colours: Colours,
): string[] {
    const cells = columnsOf(report)
        .map((column): Cells => {
            const texts = report.keys.map((key) => plainText(column.cell(key, owners.get(key.ownerId))));
            const widest = texts.reduce((most, text) => Math.max(most, widthOf(text)), column.title.length);
            return { column, texts, width: widest };
        })
        // An empty column only takes room from the others.
        .filter(({ texts }) => texts.some((text) => text !== "–"));
    const onOneLine = fitColumns(cells, width);
    const isOneLine = totalOf(onOneLine.map((cell) => cell.width)) <= width;
    const first = cells.filter(({ column }) => !column.second && !column.third);
    const shown = isOneLine ? onOneLine : fitColumns(first, width);
    const below = isOneLine ? [] : cells.filter(({ column }) => column.second);
    const own = isOneLine ? [] : cells.filter(({ column }) => column.third);
    const rows = report.keys.flatMap((key, row) => {
        const line1 = line(shown, (cell) => ({
            text: cell.texts[row] as string,
            paint: cell.column.paint?.(key, owners.get(key.ownerId), colours),
        }));
        if (isOneLine) return [line1];
        const words = below.map((cell) => cell.texts[row]).filter((text) => text !== "–");
        const others = own
            .filter((cell) => cell.texts[row] !== "–")
            .map((cell) =>
                colours.red(cutEnd(`  ${cell.column.title.toLowerCase()}: ${cell.texts[row]}`, width)),
            );
        return [line1, colours.dim(cutEnd(`  ${words.join(", ")}`, width)), ...others];
    });
    const titles = line(shown, ({ column }) => ({ text: column.title, paint: colours.dim }));
    const hidden = cells.filter(
        ({ column }) => ![...shown, ...below, ...own].some((cell) => cell.column === column),
    );
    const note = `No room for ${hidden.map(({ column }) => column.title).join(", ")}: use --json to see everything.`;
    return [...(hidden.length > 0 ? [colours.dim(note)] : []), titles, ...rows];
}

function line<T extends { width: number }>(
    cells: readonly T[],
    cellOf: (cell: T) => { text: string; paint?: Paint | undefined },
): string {
    return cells
        .map((cell, i) => {
            const { text, paint } = cellOf(cell);
            const cut = cutTo(text, cell.width);
            // The last column is not padded, because a line exactly as wide as the terminal would wrap.
            const fill = i === cells.length - 1 ? "" : " ".repeat(cell.width - widthOf(cut));
            return (paint ? paint(cut) : cut) + fill;
        })
        .join(gap)
        .trimEnd();
}

function totalOf(widths: readonly number[]): number {
    return widths.reduce((sum, one) => sum + one, 0) + gap.length * (widths.length - 1);
}

/** Cuts long columns first, then leaves columns out. */
function fitColumns<T extends { column: Column; width: number }>(cells: readonly T[], width: number): T[] {
    const shown = [...cells];
    const goodOf = ({ column, width: natural }: T): number => Math.min(natural, column.good ?? natural);
    const leastOf = ({ column, width: natural }: T): number =>
        Math.min(natural, column.least ?? column.good ?? natural);
    while (totalOf(shown.map(goodOf)) > width) {
        const next = shown.reduce((most, cell) =>
            cell.column.sacrifice > most.column.sacrifice ? cell : most,
        );
        if (next.column.sacrifice === 0) break;
        shown.splice(shown.indexOf(next), 1);
    }
    let excess = totalOf(shown.map((cell) => cell.width)) - width;
    const fitted = shown.map((cell) => ({ ...cell }));
    while (excess > 0) {
        // Shorten the widest column first, so that the widths become even.
        const widest = fitted
            .filter((cell) => cell.width > leastOf(shown[fitted.indexOf(cell)] as T))
            .sort((a, b) => b.width - a.width)[0];
        if (!widest) break;
        widest.width--;
        excess--;
    }
    return fitted;
}

function blocks(
    report: Report,
    owners: ReadonlyMap<string, Owner>,
    width: number,
    colours: Colours,
): string[] {
    const [first, ...others] = columnsOf(report) as [Column, ...Column[]];
    return report.keys.flatMap((key, i) => {
        const owner = owners.get(key.ownerId);
        const lines = others
            .map((column) => ({ column, text: plainText(column.cell(key, owner)) }))
            .filter(({ text }) => text !== "–")
            .map(({ column, text }) => {
                const title = `  ${column.title.toLowerCase().padEnd(12)} `;
                const cut = cutTo(text, Math.max(8, width - title.length));
                return colours.dim(title) + (column.paint?.(key, owner, colours)?.(cut) ?? cut);
            });
        return [...(i === 0 ? [] : [""]), colours.bold(first.cell(key, owner)), ...lines];
    });
}

function notes(report: Report, colours: Colours): string[] {
    const lines = report.gaps.map(({ subject, name, reason }) =>
        colours.yellow(`Not read: ${subject}${name === undefined ? "" : ` ${name}`}: ${plainText(reason)}`),
    );
    return lines.length > 0 ? ["", ...lines] : [];
}

const graphemes = new Intl.Segmenter();

function widthOf(text: string): number {
    return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

/** Cuts the name in `analytics (sa-111aaa)` before the id, because commands need the id. */
function cutTo(text: string, width: number): string {
    if (widthOf(text) <= width) return text;
    const [, name, id] = /^(.*) \(((?:sa|u|pool|env)-[a-z0-9]+)\)$/.exec(text) ?? [];
    if (name === undefined || id === undefined) return cutEnd(text, width);
    const room = width - id.length - 3;
    return room >= 3 ? `${cutEnd(name, room)} (${id})` : cutEnd(id, width);
}

function cutEnd(text: string, width: number): string {
    if (widthOf(text) <= width) return text;
    let cut = "";
    let used = 0;
    for (const { segment } of graphemes.segment(text)) {
        used += widthOf(segment);
        if (used > width - 1) break;
        cut += segment;
    }
    return `${cut}…`;
}
