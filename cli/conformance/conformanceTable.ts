import { gap, pieces, tableLine } from "../report/tableLayout";
import { assumption, subjectTitles } from "./assumptions";
import type { ConformanceReport } from "./conformanceReport";

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
    const wrapped = cells.map((cell, i) => ({
        width: widths[i] as number,
        lines: pieces(cell, widths[i] as number),
    }));
    const height = Math.max(...wrapped.map(({ lines }) => lines.length));
    return Array.from({ length: height }, (_, line) =>
        tableLine(wrapped, ({ lines }) => ({ text: lines[line] ?? "" })),
    );
}
