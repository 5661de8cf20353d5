import stringWidth from "string-width";
import { assumption, subjectTitles } from "./assumptions";
import type { ConformanceReport } from "./conformanceReport";

const gap = "  ";
const narrowest = 80;
const widest = 180;

/**
 * The report for a terminal: a table for each subject, with the columns assumed, seen, verdict and consequence; then the
 * assumptions that are false once more, and the unexpected answers.
 */
export function conformanceTable(report: ConformanceReport, columns = 120): string[] {
    const width = Math.min(widest, Math.max(narrowest, columns)) - 11 - 3 * gap.length;
    const widths = [Math.floor(width * 0.4), Math.floor(width * 0.3), 11, Math.floor(width * 0.3)];
    const lines: string[] = [];
    let subject = "";
    for (const { id, assumed, seen, verdict, follows } of report.findings) {
        if (assumption(id).subject !== subject) {
            subject = assumption(id).subject;
            lines.push("", subjectTitles[subject as keyof typeof subjectTitles]);
            lines.push(...rowLines(["assumed", "seen", "verdict", "consequence"], widths));
        }
        const mark = verdict === "false" ? "FALSE" : verdict;
        lines.push(...rowLines([`${id}: ${assumed}`, seen, mark, follows === "" ? "–" : follows], widths));
    }
    const count = (wanted: string): number => report.findings.filter((one) => one.verdict === wanted).length;
    const falseOnes = report.findings.filter(({ verdict }) => verdict === "false");
    if (falseOnes.length > 0)
        lines.push("", "False (docs/assumptions.md in the repository has the source of each)");
    for (const { id, assumed, seen, follows } of falseOnes) {
        lines.push(`${id}: ${assumed}`, `  seen: ${seen}`, `  consequence: ${follows}`);
    }
    if (report.unexpected.length > 0) lines.push("", "Unexpected answers");
    for (const { request, times } of report.unexpected)
        lines.push(`${request}, ${times === 1 ? "once" : `${times} times`}`);
    lines.push(
        "",
        `${report.findings.length} assumptions: ${count("true")} true, ${count("false")} false, ${count("not checked")} not checked, ${count("left out")} left out. ${report.requests} requests, ${report.durationSeconds} s.`,
    );
    return lines.slice(1);
}

function rowLines(cells: readonly string[], widths: readonly number[]): string[] {
    const wrapped = cells.map((cell, index) => wrap(cell, widths[index] as number));
    const height = Math.max(...wrapped.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
        wrapped
            .map((cell, index) => pad(cell[line] ?? "", widths[index] as number))
            .join(gap)
            .trimEnd(),
    );
}

function wrap(text: string, width: number): string[] {
    const lines = [""];
    // A word that is longer than a line is split.
    const words = text.split(" ").flatMap((word) => word.match(new RegExp(`.{1,${width}}`, "gu")) ?? [""]);
    for (const word of words) {
        const last = lines.at(-1) as string;
        if (last !== "" && stringWidth(`${last} ${word}`) > width) lines.push(word);
        else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
    }
    return lines;
}

function pad(text: string, width: number): string {
    return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}
