import type { KeyRow, Report } from "../report";
import { ageText, dueText, noEnvironment, noKeysText, readinessText, statusText } from "../reportText";
import { CopyButton } from "./copyButton";
import type { IndexedKey, Selection, SortColumn } from "./selection";

const rowsOnPage = 25;

const columns: readonly { title: string; sort?: SortColumn; class?: string }[] = [
    { title: "Key", sort: "id" },
    { title: "Status", sort: "status" },
    { title: "Owner", sort: "owner" },
    { title: "Environment", sort: "environment" },
    { title: "Region", sort: "region" },
    { title: "Age", sort: "age", class: "right" },
    { title: "Due", sort: "due" },
    { title: "Ready", sort: "readiness" },
    { title: "Stack", sort: "stack" },
];

/** The table of keys, with pages, and sorted by a column. */
export function KeyTable(props: {
    keys: readonly IndexedKey[];
    report: Report;
    selection: Selection;
    printing: boolean;
    onSelect: (changes: Partial<Selection>) => void;
}) {
    const { keys, report, selection, printing, onSelect } = props;
    const pages = Math.max(1, Math.ceil(keys.length / rowsOnPage));
    const page = Math.min(selection.page, pages - 1);
    const start = printing ? 0 : page * rowsOnPage;
    const shown = printing ? keys : keys.slice(start, start + rowsOnPage);
    return (
        <>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a section that scrolls must be reachable by keyboard */}
            <section class="scroll" aria-labelledby="keys-title" tabIndex={0} id="keys">
                <table class="keys">
                    <caption class="hidden">API keys; activate a key's id for details.</caption>
                    <thead>
                        <tr>
                            {columns.map(({ title, sort, class: name }) => (
                                <th
                                    key={title}
                                    scope="col"
                                    class={name}
                                    aria-sort={
                                        sort !== undefined && sort === selection.sort
                                            ? selection.descending
                                                ? "descending"
                                                : "ascending"
                                            : undefined
                                    }
                                >
                                    {sort === undefined ? (
                                        title
                                    ) : (
                                        <button
                                            type="button"
                                            class="sort"
                                            onClick={() => onSelect(nextSort(selection, sort))}
                                        >
                                            {title}
                                        </button>
                                    )}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map(({ key }, i) => (
                            // The position is the key, so that a filter changes texts and creates no rows.
                            <Row key={i} row={key} report={report} onShow={() => onSelect({ key: key.id })} />
                        ))}
                    </tbody>
                </table>
                {keys.length === 0 && <p class="none">{emptyText(report)}</p>}
            </section>
            {pages > 1 && !printing && (
                <nav class="pages" aria-label="Pages of keys">
                    <button
                        type="button"
                        class="plain"
                        disabled={page === 0}
                        onClick={() => onSelect({ page: page - 1 })}
                    >
                        Previous
                    </button>
                    <span role="status">
                        {start + 1} to {start + shown.length} of {keys.length}
                    </span>
                    <button
                        type="button"
                        class="plain"
                        disabled={page === pages - 1}
                        onClick={() => onSelect({ page: page + 1 })}
                    >
                        Next
                    </button>
                </nav>
            )}
        </>
    );
}

function Row(props: { row: KeyRow; report: Report; onShow: () => void }) {
    const { row, report, onShow } = props;
    const isOverAge = row.live && (row.ageSeconds ?? 0) > report.ageLimitSeconds;
    return (
        <tr>
            <Cell title="Key">
                <button type="button" class="key" aria-haspopup="dialog" onClick={onShow}>
                    {row.id}
                </button>
                <CopyButton text={row.id} what={row.id} />
            </Cell>
            <Cell title="Status">
                <span class={`badge ${statusText(row)}`}>{statusText(row)}</span>
                {(row.drift ?? []).length > 0 && row.live && <span class="badge drift">drift</span>}
            </Cell>
            <Cell title="Owner">
                <span class="two">
                    <span class="name">{row.ownerName || row.ownerId}</span>
                    <span class="id">
                        {row.ownerName !== "" && row.ownerId}
                        {row.organizationAdmin && <span class="admin">OrganizationAdmin</span>}
                        {row.organizationAdmin === null && row.live && " roles not known"}
                    </span>
                </span>
            </Cell>
            <Cell title="Environment">
                <span class="two">
                    <span class="name">{row.environmentName || row.environmentId || noEnvironment.name}</span>
                    {row.environmentName !== "" && <span class="id">{row.environmentId}</span>}
                </span>
            </Cell>
            <Cell title="Region">{row.region}</Cell>
            <Cell title="Age" class={`right ${isOverAge ? "overage" : ""}`}>
                {ageText(row)}
            </Cell>
            <Cell title="Due" class={row.overdue ? "late" : ""}>
                {dueText(row, report.generatedAt)}
            </Cell>
            <Cell title="Ready" class={row.readiness !== null && row.readiness !== "ready" ? "late" : ""}>
                {readinessText(row)}
            </Cell>
            <Cell title="Stack">
                {row.stack === null ? (
                    "–"
                ) : (
                    <span class="two">
                        <span class="name">
                            {/* A line may break after the project, not inside a name. */}
                            {row.stack.slice(0, row.stack.lastIndexOf("/") + 1)}
                            <wbr />
                            {row.stack.split("/").at(-1)}
                        </span>
                        <span class="id">{row.resource}</span>
                    </span>
                )}
            </Cell>
        </tr>
    );
}

function Cell(props: { title: string; class?: string; children: preact.ComponentChildren }) {
    return (
        <td class={props.class} data-title={props.title}>
            {props.children}
        </td>
    );
}

/** Ascending, descending, and back to the order of urgency. */
function nextSort(selection: Selection, sort: SortColumn): Partial<Selection> {
    if (selection.sort !== sort) return { sort, descending: false, page: 0 };
    if (!selection.descending) return { descending: true, page: 0 };
    return { sort: "urgency", descending: false, page: 0 };
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
