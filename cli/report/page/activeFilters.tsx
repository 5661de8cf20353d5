import { concernNote, concernText } from "../concerns";
import { usePage } from "./pageContext";
import { nothingSelected } from "./selection";

/** The active filters, in a row that stays in view, because the tiles and the matrix are far above the keys that they filter. */
export function ActiveFilters({ count, onShowKeys }: { count: number; onShowKeys: () => void }) {
    const { report, selection, select } = usePage();
    const { status, environment, region, concern } = selection;
    const text = selection.text.trim();
    const labels = {
        concern: concern && concernText(concern, report.ageLimitSeconds),
        text: text && `“${text}”`,
        status,
        environment: report.environments.find(({ id }) => id === environment)?.name || environment,
        region,
    };
    const filters = Object.entries(labels).filter(([, label]) => label !== "");
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
                    class="plain chip"
                    aria-label={`Remove the filter ${label}`}
                    onClick={() => select({ [filter]: "" })}
                >
                    {label} <span aria-hidden="true">×</span>
                </button>
            ))}
            <button
                type="button"
                class="plain"
                onClick={() => select({ ...nothingSelected, sort: selection.sort })}
            >
                Clear filters
            </button>
            {concern && <span class="meaning quiet">{concernNote(concern, report.ageLimitSeconds)}</span>}
        </section>
    );
}
