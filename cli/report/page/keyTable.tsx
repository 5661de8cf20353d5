import type { KeyRow, Report } from "../report";
import { noKeysText } from "../reportText";
import { keyColumns } from "./keyColumns";
import { usePage } from "./pageContext";

const rowsOnPage = 25;

/** The table of keys, with pages, and sorted by a column. */
export function KeyTable({ keys }: { keys: readonly KeyRow[] }) {
    const { report, selection, select, printing } = usePage();
    const pages = Math.max(1, Math.ceil(keys.length / rowsOnPage));
    const page = Math.min(Math.max(0, Math.trunc(Number(selection.page) || 0)), pages - 1);
    const start = printing ? 0 : page * rowsOnPage;
    const shown = printing ? keys : keys.slice(start, start + rowsOnPage);
    const direction = selection.sort.startsWith("-") ? "descending" : "ascending";
    const goTo = (title: string, to: number) => (
        <button
            type="button"
            class="plain"
            disabled={to < 0 || to === pages}
            onClick={() => select({ page: String(to) })}
        >
            {title}
        </button>
    );
    return (
        <>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a section that scrolls must be reachable by keyboard */}
            <section class="panel scroll" aria-labelledby="keys-title" tabIndex={0} id="keys">
                <table class="keys">
                    <caption class="hidden">API keys; activate a key's id for details.</caption>
                    <thead>
                        <tr>
                            {keyColumns.map(({ title, width, align = "" }) => (
                                <th
                                    key={title}
                                    scope="col"
                                    class={align}
                                    style={printing ? {} : { width: `${width}px` }}
                                    aria-sort={
                                        selection.sort.replace("-", "") === title ? direction : undefined
                                    }
                                >
                                    <button
                                        type="button"
                                        class="sort"
                                        onClick={() => select({ sort: nextSort(selection.sort, title) })}
                                    >
                                        {title}
                                    </button>
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map((key, i) => (
                            // The position is the key, so that a filter changes texts and creates no rows.
                            <tr key={i}>
                                {keyColumns.map((column) => (
                                    <td
                                        key={column.title}
                                        class={`${column.align ?? ""} ${column.class?.(key, report) ?? ""}`}
                                        data-title={column.title}
                                    >
                                        {column.cell(key, report, () => select({ key: key.id }))}
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
                {keys.length === 0 && <p class="none quiet">{emptyText(report)}</p>}
            </section>
            {pages > 1 && !printing && (
                <nav class="pages" aria-label="Pages of keys">
                    {goTo("Previous", page - 1)}
                    <span role="status">
                        {start + 1} to {start + shown.length} of {keys.length}
                    </span>
                    {goTo("Next", page + 1)}
                </nav>
            )}
        </>
    );
}

/** Ascending, descending, and back to the order of urgency. */
function nextSort(sort: string, column: string): string {
    if (sort === column) return `-${column}`;
    return sort === `-${column}` ? "" : column;
}

/** Explains an empty table. */
function emptyText(report: Report): string {
    const { keys, caller, filter } = report;
    if (keys.length > 0) return "No key matches these filters.";
    if (filter !== null) return noKeysText(report);
    return caller.seesEverything
        ? "The organization has no Flink API key, and no state that was read contains one."
        : "These credentials see no Flink API key. There may be some that they are not allowed to see.";
}
