import pc from "picocolors";
import { plainText } from "../../confluent/plainText";
import { concerns, concernText, softConcerns } from "./concerns";
import type { Report } from "./report";
import {
    concernCount,
    countsText,
    incompleteText,
    isFullyChecked,
    noKeysText,
    notesOf,
    sourcesText,
    stacksText,
} from "./reportText";
import { type Colours, type Column, columnsOf } from "./tableColumns";
import { cutTo, fitColumns, pieces, tableLine, totalWidth, widthOf, wrapParts } from "./tableLayout";

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
    const width = Math.min(terminal.width, unlimited);
    const body = report.keys.length === 0 ? [noKeysText(report)] : table(report, width, colours);
    const notes = notesOf(report).map(colours.yellow);
    const end = notes.length > 0 ? ["", ...notes] : [];
    return `${[...heading(report, colours), "", ...body, ...end].join("\n")}\n`;
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

/**
 * One line for each key. If that has no room for every column, the others go to lines below, and what is wrong with the key has a
 * line of its own. On a terminal that is too narrow for the first line, each key is a block of lines.
 */
function table(report: Report, width: number, colours: Colours): string[] {
    const columns = columnsOf(report, colours);
    const cells = columns
        .map((column) => {
            const texts = report.keys.map((key) => plainText(column.cell(key)));
            const natural = widest([column.title, ...texts]);
            const { idOf, usualWidth = natural } = column;
            const withShortName = idOf ? widest(report.keys.map(idOf)) + shortestName : 0;
            const leastWidth = Math.min(natural, Math.max(usualWidth, withShortName));
            return { column, texts, width: natural, leastWidth };
        })
        // An empty column would take room from the others.
        .filter(({ texts }) => texts.some((text) => text !== "–"));
    const onOneLine = fitColumns(cells, width);
    const isOneLine = totalWidth(onOneLine) <= width;
    const first = isOneLine ? onOneLine : cells.filter(({ column }) => column.below === undefined);
    if (width < blockWidth || totalWidth(first) > width) return blocks(report, columns, width, colours);
    const others = isOneLine ? [] : cells.filter(({ column }) => column.below !== undefined);
    const rows = report.keys.flatMap((key, row) => {
        const line = tableLine(first, ({ column, texts }) => ({
            text: texts[row] as string,
            paint: column.paint?.(key),
        }));
        const below = others
            .filter(({ texts }) => texts[row] !== "–")
            .map(({ column, texts }) => ({
                text: column.below === "value" ? texts[row] : `${column.title.toLowerCase()}: ${texts[row]}`,
                paint: column.paint?.(key),
            }));
        const unpainted = below.filter(({ paint }) => !paint).map(({ text }) => text as string);
        const painted = below.flatMap(({ text, paint }) =>
            paint ? wrapParts([text as string], "  ", width).map(paint) : [],
        );
        return [line, ...wrapParts(unpainted, "  ", width).map(colours.dim), ...painted];
    });
    return [tableLine(first, ({ column }) => ({ text: column.title, paint: colours.dim })), ...rows];
}

/** `cutTo` shows a name, with its id in parentheses, if there is room for three characters of it. */
const shortestName = " ()".length + 3;

function widest(texts: readonly string[]): number {
    return texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
}

function blocks(report: Report, columns: readonly Column[], width: number, colours: Colours): string[] {
    const [first, ...others] = columns as [Column, ...Column[]];
    return report.keys.flatMap((key, i) => {
        const lines = others
            .map((column) => ({ column, text: plainText(column.cell(key)) }))
            .filter(({ text }) => text !== "–")
            .flatMap(({ column, text }) => {
                const title = `  ${column.title.toLowerCase().padEnd(12)} `;
                const room = Math.max(8, width - title.length);
                const paint = column.paint?.(key) || ((one: string) => one);
                const [line = "", ...rest] = column.idOf ? [cutTo(text, room)] : pieces(text, room);
                const indent = " ".repeat(title.length);
                return [colours.dim(title) + paint(line), ...rest.map((one) => indent + paint(one))];
            });
        return [...(i === 0 ? [] : [""]), colours.bold(first.cell(key)), ...lines];
    });
}
