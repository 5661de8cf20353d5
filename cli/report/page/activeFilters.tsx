import { concernNote, concernText } from "../concerns";
import type { Concern, Report } from "../report";
import type { Selection } from "./selection";

type Filter = "text" | "status" | "environment" | "region" | "concern";

/** The active filters, in a row that stays in view, because the tiles and the matrix are far above the keys that they filter. */
export function ActiveFilters(props: {
    count: number;
    report: Report;
    selection: Selection;
    onSelect: (changes: Partial<Selection>) => void;
    onClear: () => void;
    onShowKeys: () => void;
}) {
    const { count, report, selection, onSelect, onClear, onShowKeys } = props;
    const filters = filtersOf(selection, report);
    if (filters.length === 0) return null;
    return (
        <section class="active" aria-label="Active filters">
            <button type="button" class="plain rows" onClick={onShowKeys}>
                {count} of {report.keys.length} keys ↓
            </button>
            {filters.map(([filter, label]) => (
                <button
                    key={filter}
                    type="button"
                    class="chip"
                    aria-label={`Remove the filter ${label}`}
                    onClick={() => onSelect({ [filter]: "" })}
                >
                    {label} <span aria-hidden="true">×</span>
                </button>
            ))}
            <button type="button" class="plain" onClick={onClear}>
                Clear filters
            </button>
            {selection.concern !== "" && (
                <span class="meaning">
                    {concernNote(selection.concern as Concern, report.ageLimitSeconds)}
                </span>
            )}
        </section>
    );
}

function filtersOf(selection: Selection, report: Report): [Filter, string][] {
    const { text, status, environment, region, concern } = selection;
    const name = report.environments.find(({ id }) => id === environment)?.name || environment;
    const filters: [Filter, string][] = [
        ["concern", concern === "" ? "" : concernText(concern, report.ageLimitSeconds)],
        ["text", text.trim() === "" ? "" : `“${text.trim()}”`],
        ["status", status],
        ["environment", name],
        ["region", region],
    ];
    return filters.filter(([, label]) => label !== "");
}
