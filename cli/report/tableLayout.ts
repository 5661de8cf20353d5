import stringWidth from "string-width";
import type { Paint } from "./tableColumns";

export const gap = "  ";

/** One line of the table. `cellOf` gives the text and colour of a cell. */
export function tableLine<T extends { width: number }>(
    cells: readonly T[],
    cellOf: (cell: T) => { text: string; paint?: Paint | false | null | undefined },
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

/** The width of a line with these columns. */
export function totalWidth(cells: readonly { readonly width: number }[]): number {
    return cells.reduce((sum, { width }) => sum + width, 0) + gap.length * (cells.length - 1);
}

/** Narrows columns, but none below its least width, until they fit or nothing is left to narrow. */
export function fitColumns<T extends { width: number; leastWidth: number }>(
    cells: readonly T[],
    width: number,
): T[] {
    const fitted = cells.map((cell) => ({ ...cell }));
    for (let excess = totalWidth(fitted) - width; excess > 0; excess--) {
        // Narrow the widest column first, so that the widths become even.
        const [widest] = fitted
            .filter((cell) => cell.width > cell.leastWidth)
            .sort((a, b) => b.width - a.width);
        if (widest) widest.width--;
    }
    return fitted;
}

const graphemes = new Intl.Segmenter();

/** Number of terminal columns. */
export function widthOf(text: string): number {
    return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

/** Puts these parts on lines of at most this width. A part is broken only if it is wider than a line. */
export function wrapParts(parts: readonly string[], indent: string, width: number): string[] {
    // One for the comma at the end of a line.
    const room = width - indent.length - 1;
    const lines: string[] = [];
    for (const [i, part] of parts.entries()) {
        const [start = "", ...rest] = pieces(part, room);
        const last = lines.at(-1);
        if (last !== undefined && rest.length === 0 && widthOf(`${last} ${part}`) <= room)
            lines[lines.length - 1] = `${last} ${part}`;
        else lines.push(start, ...rest);
        if (i < parts.length - 1) lines[lines.length - 1] += ",";
    }
    return lines.map((line) => indent + line);
}

/** The text in pieces of at most this width, broken at a space if there is one. */
export function pieces(text: string, width: number): string[] {
    if (widthOf(text) <= width) return [text];
    let piece = "";
    for (const { segment } of graphemes.segment(text)) {
        if (piece !== "" && widthOf(piece + segment) > width) break;
        piece += segment;
    }
    const space = text.charAt(piece.length) === " " ? piece.length : piece.lastIndexOf(" ");
    const end = space > 0 ? space : piece.length;
    return [text.slice(0, end), ...pieces(text.slice(end).trimStart(), width)];
}

/** Cuts a text to a width. In `analytics (sa-111aaa)` it cuts the name, because commands need the id. */
export function cutTo(text: string, width: number): string {
    if (widthOf(text) <= width) return text;
    const [, name, id] = /^(.*) \(((?:sa|u|pool|env)-[a-z0-9]+)\)$/.exec(text) ?? [];
    if (name === undefined || id === undefined) return cutEnd(text, width);
    const room = width - id.length - 3;
    return room >= 3 ? `${cutEnd(name, room)} (${id})` : cutEnd(id, width);
}

export function cutEnd(text: string, width: number): string {
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
