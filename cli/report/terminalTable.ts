import pc from "picocolors";
import { plainText } from "../../confluent/plainText";
import { concerns, concernText, softConcerns } from "./concerns";
import type { Owner, Report } from "./report";
import {
    concernCount,
    countsText,
    incompleteText,
    isFullyChecked,
    noKeysText,
    sourcesText,
    stackNotes,
    stacksText,
} from "./reportText";
import { type Colours, type Column, columnsOf } from "./tableColumns";
import { cutEnd, cutTo, fitColumns, pieces, tableLine, totalWidth, widthOf, wrapParts } from "./tableLayout";

export interface Terminal {
    /** In columns; infinite if nothing should be cut. */
    readonly width: number;
    readonly colour: boolean;
}

const unlimited = 10_000;
/** On a narrower terminal, each key is a block of lines. */
const blockWidth = 64;

/** The report for a person at a terminal. Ends with a line break. */
export function renderTable(report: Report, terminal: Terminal): string {
    const colours = pc.createColors(terminal.colour);
    const owners = new Map(report.owners.map((owner) => [owner.id, owner]));
    const width = Math.min(terminal.width, unlimited);
    const body =
        report.keys.length === 0
            ? [noKeysText(report)]
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
            const text = `${concernCount(concern, report)} ${concernText(concern, ageLimitSeconds)}`;
            return softConcerns.includes(concern) ? colours.yellow(text) : colours.red(text);
        });
    const incomplete = incompleteText(report);
    const unchecked = report.unchecked
        .filter(({ concern }) => summary[concern] === 0)
        .map(({ concern }) => concernText(concern, ageLimitSeconds));
    const nothing = isFullyChecked(report)
        ? colours.green("no problems, nothing due")
        : "no problems in what could be read";
    const verdict = found.length > 0 ? found.join(", ") : nothing;
    return [
        ...(incomplete === undefined ? [] : [colours.bold(colours.red(incomplete))]),
        colours.bold(countsText(report)),
        `${verdict} (${stacksText(report)})`,
        ...(unchecked.length === 0
            ? []
            : [colours.yellow(`not checked for every key: ${unchecked.join(", ")}`)]),
        colours.dim(sourcesText(report)),
    ];
}

interface Cells {
    readonly column: Column;
    readonly texts: readonly string[];
    readonly width: number;
    /** The width of the widest value without its name. */
    readonly idWidth: number;
}

/**
 * One line for each key. If that has no room for region, stack and ids, these go to lines below, and names, roles and quota only if
 * there is room for them. On a terminal that is too narrow for the first line, each key is a block of lines.
 */
function table(
    report: Report,
    owners: ReadonlyMap<string, Owner>,
    width: number,
    colours: Colours,
): string[] {
    const cells = columnsOf(report)
        .map((column): Cells => {
            const texts = report.keys.map((key) => plainText(column.cell(key, owners.get(key.ownerId))));
            const ids = report.keys.map((key) => column.idOf?.(key) ?? "");
            return { column, texts, width: widest([column.title, ...texts]), idWidth: widest(ids) };
        })
        // An empty column would take room from the others.
        .filter(({ texts }) => texts.some((text) => text !== "–"));
    const onOneLine = fitColumns(cells, width);
    const isOneLine = totalWidth(onOneLine.map((cell) => cell.width)) <= width;
    const first = cells.filter(({ column }) => column.overflow === undefined);
    if (!isOneLine && totalWidth(first.map((cell) => cell.width)) > width)
        return blocks(report, owners, width, colours);
    const shown = isOneLine ? onOneLine : first;
    const below = isOneLine ? undefined : linesBelow(report, cells, width);
    const onOwnLine = isOneLine ? [] : cells.filter(({ column }) => column.overflow === "ownLine");
    const rows = report.keys.flatMap((key, row) => {
        const line1 = tableLine(shown, (cell) => ({
            text: cell.texts[row] as string,
            paint: cell.column.paint?.(key, owners.get(key.ownerId), colours),
        }));
        const others = onOwnLine
            .filter((cell) => cell.texts[row] !== "–")
            .map((cell) =>
                colours.red(cutEnd(`  ${cell.column.title.toLowerCase()}: ${cell.texts[row]}`, width)),
            );
        return [line1, ...(below?.lines[row] ?? []).map(colours.dim), ...others];
    });
    const titles = tableLine(shown, ({ column }) => ({ text: column.title, paint: colours.dim }));
    const hidden = below?.hidden ?? [
        ...onOneLine
            .filter((cell) => hasIds(cell) && cell.width < cell.idWidth + shortestName)
            .filter(({ column, idWidth }) =>
                cells.some((cell) => cell.column === column && cell.width > idWidth),
            )
            .map(({ column }) => `the names of ${column.title}`),
        ...cells
            .filter(({ column }) => !onOneLine.some((cell) => cell.column === column))
            .map(({ column }) => column.title),
    ];
    const note = `No room for ${hidden.join(", ")}: use --json to see everything.`.split(", ");
    return [...(hidden.length > 0 ? wrapParts(note, "", width).map(colours.dim) : []), titles, ...rows];
}

/** The order of what tells rows apart. */
const orderBelow = ["REGION", "ENVIRONMENT", "OWNER", "STACK"];

/** The lines below each row, with as much as fits on one line for every row, and the titles of what does not. */
function linesBelow(
    report: Report,
    cells: readonly Cells[],
    width: number,
): { lines: string[][]; hidden: string[] } {
    const needed = cells.filter(({ column }) => column.overflow === "below");
    const optional = cells.filter(({ column }) => column.overflow === "belowIfRoom");
    const inOrder = orderBelow.flatMap((title) => needed.filter(({ column }) => column.title === title));
    const named = needed.filter((cell) => hasIds(cell) && cell.width > cell.idWidth);
    const levels = [
        { names: true, more: optional },
        { names: false, more: optional },
        { names: false, more: optional.slice(0, 1) },
        { names: false, more: [] },
    ];
    const rendered = levels.map(({ names, more }) => ({
        hidden: [
            ...(names ? [] : named.map(({ column }) => `the names of ${column.title}`)),
            ...optional.filter((cell) => !more.includes(cell)).map(({ column }) => column.title),
        ],
        lines: report.keys.map((key, row) => {
            const parts = [...inOrder, ...more].map(({ column, texts }) =>
                names || column.idOf === undefined ? (texts[row] as string) : column.idOf(key),
            );
            const known = parts.filter((text) => text !== "–");
            return wrapParts(known, "  ", width);
        }),
    }));
    const fitting = rendered.find(({ lines }) => lines.every(({ length }) => length <= 1));
    return fitting ?? (rendered.at(-1) as (typeof rendered)[number]);
}

/** `cutTo` shows a name, with its id in parentheses, if there is room for three characters of it. */
const shortestName = " ()".length + 3;

function hasIds({ column }: Cells): boolean {
    return column.idOf !== undefined;
}

function widest(texts: readonly string[]): number {
    return texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
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
            .flatMap(({ column, text }) => {
                const title = `  ${column.title.toLowerCase().padEnd(12)} `;
                const room = Math.max(8, width - title.length);
                const paint = column.paint?.(key, owner, colours) ?? ((one: string) => one);
                const [line = "", ...rest] = column.idOf ? [cutTo(text, room)] : pieces(text, room);
                const indent = " ".repeat(title.length);
                return [colours.dim(title) + paint(line), ...rest.map((one) => indent + paint(one))];
            });
        return [...(i === 0 ? [] : [""]), colours.bold(first.cell(key, owner)), ...lines];
    });
}

function notes(report: Report, colours: Colours): string[] {
    const lines = report.gaps.map(({ subject, name, reason }) =>
        colours.yellow(`Not read: ${subject}${name === undefined ? "" : ` ${name}`}: ${plainText(reason)}`),
    );
    const all = [...lines, ...stackNotes(report).map(colours.yellow)];
    return all.length > 0 ? ["", ...all] : [];
}
