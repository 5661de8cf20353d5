import pc from "picocolors";
import { plainText } from "../../confluent/plainText";
import { concerns, softConcerns } from "./concerns";
import type { Owner, Report } from "./report";
import {
    concernCount,
    concernText,
    countsText,
    incompleteText,
    isFullyChecked,
    sourcesText,
    stackNotes,
    stacksText,
} from "./reportText";
import { type Colours, type Column, columnsOf } from "./tableColumns";
import { cutEnd, cutTo, fitColumns, tableLine, totalWidth, widthOf } from "./tableLayout";

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
        // An empty column would take room from the others.
        .filter(({ texts }) => texts.some((text) => text !== "–"));
    const onOneLine = fitColumns(cells, width);
    const isOneLine = totalWidth(onOneLine.map((cell) => cell.width)) <= width;
    const first = cells.filter(({ column }) => column.overflow === undefined);
    const shown = isOneLine ? onOneLine : fitColumns(first, width);
    const below = isOneLine ? [] : cells.filter(({ column }) => column.overflow === "secondLine");
    const onOwnLine = isOneLine ? [] : cells.filter(({ column }) => column.overflow === "ownLine");
    const rows = report.keys.flatMap((key, row) => {
        const line1 = tableLine(shown, (cell) => ({
            text: cell.texts[row] as string,
            paint: cell.column.paint?.(key, owners.get(key.ownerId), colours),
        }));
        if (isOneLine) return [line1];
        const words = below.map((cell) => cell.texts[row]).filter((text) => text !== "–");
        const others = onOwnLine
            .filter((cell) => cell.texts[row] !== "–")
            .map((cell) =>
                colours.red(cutEnd(`  ${cell.column.title.toLowerCase()}: ${cell.texts[row]}`, width)),
            );
        return [line1, colours.dim(cutEnd(`  ${words.join(", ")}`, width)), ...others];
    });
    const titles = tableLine(shown, ({ column }) => ({ text: column.title, paint: colours.dim }));
    const hidden = cells.filter(
        ({ column }) => ![...shown, ...below, ...onOwnLine].some((cell) => cell.column === column),
    );
    const note = `No room for ${hidden.map(({ column }) => column.title).join(", ")}: use --json to see everything.`;
    return [...(hidden.length > 0 ? [colours.dim(note)] : []), titles, ...rows];
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
    const all = [...lines, ...stackNotes(report).map(colours.yellow)];
    return all.length > 0 ? ["", ...all] : [];
}
