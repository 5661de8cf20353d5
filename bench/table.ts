import { columns } from "../demo/printing";
import type { Result } from "./results";
import { type Figure, isWithinLimit } from "./scenario";

/** A result as lines of text, compared with the result that was last committed. */
export function tableLines(result: Result, committed: Result | undefined): string[] {
    const rows = result.figures.map((figure) => [
        figure.name,
        withUnit(figure),
        figure.range?.map(number).join("–") ?? "",
        ...(figure.atMost === undefined
            ? ["", ""]
            : [`≤ ${number(figure.atMost)}`, isWithinLimit(figure) ? "kept" : "NOT KEPT"]),
        change(figure, committed?.figures),
    ]);
    return [
        `${result.title} (${result.scenario})`,
        ...columns([["", "value", "range", "limit", "", "committed"], ...rows], "right").map(
            (line) => `  ${line}`,
        ),
        ...result.notes.map((note) => `  · ${note}`),
    ];
}

/** `3.1 s (+4 %)`: the value that was last committed, and the change since then. */
export function change(figure: Figure, committed: readonly Figure[] | undefined): string {
    const before = committed?.find(({ name }) => name === figure.name);
    if (before === undefined) return "";
    // A percentage of zero, or of a negative difference, is meaningless.
    if (before.value <= 0 || figure.value < 0 || before.value === figure.value) return withUnit(before);
    const percent = Math.round((figure.value / before.value - 1) * 100);
    return `${withUnit(before)} (${percent < 0 ? "−" : "+"}${Math.abs(percent)} %)`;
}

function withUnit({ value, unit }: Figure): string {
    return `${number(value)} ${unit}`.trimEnd();
}

function number(value: number): string {
    const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
