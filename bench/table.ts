import type { Result } from "./results";
import { type Figure, isWithinLimit, type Measurement, type Scenario } from "./scenario";

/** A result as lines of text, compared with the result that was last committed. */
export function tableLines(result: Result, committed: Result | undefined): string[] {
    const rows = result.figures.map((figure) => [
        figure.name,
        formatValue(figure),
        figure.range ? `${number(figure.range[0])}–${number(figure.range[1])}` : "",
        figure.atMost === undefined ? "" : `≤ ${number(figure.atMost)}`,
        verdict(figure),
        change(figure, committed?.figures),
    ]);
    return [
        `${result.title} (${result.scenario})`,
        ...columns([["", "value", "range", "limit", "", "committed"], ...rows]).map((line) => `  ${line}`),
        ...noteLines(result.notes),
    ];
}

/** The text for a scenario that could not run here and has no figures. */
export function notRunLines(
    { name, title }: Pick<Scenario, "name" | "title">,
    { notes }: Pick<Measurement, "notes">,
    committed: Pick<Result, "takenAt"> | undefined,
): string[] {
    const kept = committed ? [`The results of ${committed.takenAt.slice(0, 10)} are kept.`] : [];
    return [`${title} (${name})`, ...noteLines([...notes, ...kept])];
}

function noteLines(notes: readonly string[]): string[] {
    return notes.map((note) => `  · ${note}`);
}

export function formatValue({ value, unit }: Pick<Figure, "value" | "unit">): string {
    return unit === "" ? number(value) : `${number(value)} ${unit}`;
}

export function verdict(figure: Figure): string {
    if (figure.atMost === undefined) return "";
    return isWithinLimit(figure) ? "kept" : "NOT KEPT";
}

/** `3.1 s (+4 %)`: the value that was last committed, and the change since then. */
export function change(figure: Figure, committed: readonly Figure[] | undefined): string {
    const before = committed?.find(({ name }) => name === figure.name);
    if (before === undefined) return "";
    // A percentage of zero, or of a negative difference, is meaningless.
    if (before.value <= 0 || figure.value < 0 || before.value === figure.value) return formatValue(before);
    const percent = Math.round((figure.value / before.value - 1) * 100);
    return `${formatValue(before)} (${percent < 0 ? "−" : "+"}${Math.abs(percent)} %)`;
}

function number(value: number): string {
    const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

function columns(rows: readonly (readonly string[])[]): string[] {
    const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
    return rows.map((row) =>
        row
            // Names are aligned left, figures right.
            .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
            .join("  ")
            .trimEnd(),
    );
}
