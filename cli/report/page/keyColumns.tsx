import type { ComponentChildren } from "preact";
import type { KeyRow, Report } from "../report";
import { ageText, dueText, noEnvironment, readinessText, statusText } from "../reportText";
import { dueAt } from "../urgency";
import { CopyButton } from "./copyButton";

export interface KeyColumn {
    readonly title: string;
    /** In pixels. With fixed widths the browser need not measure every cell again after a filter. Long names wrap. */
    readonly width: number;
    readonly align?: "right";
    readonly sortBy: (key: KeyRow) => string | number | null;
    readonly cell: (key: KeyRow, report: Report, onShow: () => void) => ComponentChildren;
    readonly class?: (key: KeyRow, report: Report) => string;
}

/** The columns of the table of keys, in order. */
export const keyColumns: readonly KeyColumn[] = [
    {
        title: "Key",
        width: 176,
        sortBy: ({ id }) => id,
        cell: ({ id }, _, onShow) => (
            <>
                <button type="button" class="key" aria-haspopup="dialog" onClick={onShow}>
                    {id}
                </button>
                <CopyButton text={id} what={id} />
            </>
        ),
    },
    {
        title: "Status",
        width: 108,
        sortBy: statusText,
        cell: (key) => (
            <>
                <span class={`badge ${statusText(key)}`}>{statusText(key)}</span>
                {(key.drift ?? []).length > 0 && key.live && <span class="badge drift">drift</span>}
            </>
        ),
    },
    {
        title: "Owner",
        width: 168,
        sortBy: (key) => (key.ownerName || key.ownerId).toLowerCase(),
        cell: (key) => (
            <NameAndId
                name={key.ownerName || key.ownerId}
                id={
                    <>
                        {key.ownerName !== "" && key.ownerId}
                        {key.organizationAdmin && <span class="admin caution">OrganizationAdmin</span>}
                        {key.organizationAdmin === null && key.live && " roles not known"}
                    </>
                }
            />
        ),
    },
    {
        title: "Environment",
        width: 150,
        sortBy: (key) => (key.environmentName || key.environmentId).toLowerCase(),
        cell: ({ environmentName: name, environmentId: id }) => (
            <NameAndId name={name || id || noEnvironment.name} id={name && id} />
        ),
    },
    {
        title: "Region",
        width: 202,
        sortBy: ({ region }) => region,
        cell: ({ region }) => region,
    },
    {
        title: "Age",
        width: 62,
        align: "right",
        sortBy: (key) => key.ageSeconds,
        cell: ageText,
        class: (key, report) => (key.live && (key.ageSeconds ?? 0) > report.ageLimitSeconds ? "caution" : ""),
    },
    {
        title: "Due",
        width: 150,
        sortBy: dueAt,
        cell: (key, report) => dueText(key, report.generatedAt),
        class: (key) => (key.overdue ? "alarm" : ""),
    },
    {
        title: "Ready",
        width: 106,
        sortBy: (key) => key.readiness,
        cell: readinessText,
        class: (key) => (key.readiness === null || key.readiness === "ready" ? "" : "alarm"),
    },
    {
        title: "Stack",
        width: 180,
        sortBy: (key) => key.stack,
        cell: ({ stack, resource }) =>
            stack === null ? (
                "–"
            ) : (
                <NameAndId
                    name={
                        <>
                            {/* A line may break after the project, not inside a name. */}
                            {stack.slice(0, stack.lastIndexOf("/") + 1)}
                            <wbr />
                            {stack.slice(stack.lastIndexOf("/") + 1)}
                        </>
                    }
                    id={resource}
                />
            ),
    },
];

/** A name with an id below it. */
export function NameAndId({ name, id }: { name: ComponentChildren; id: ComponentChildren }) {
    return (
        <span class="two">
            <span class="name">{name}</span>
            {id && <span class="id">{id}</span>}
        </span>
    );
}

/** Sorts by a column, or by urgency as the report does. `sort` is that of the selection. */
export function sortKeys(keys: readonly KeyRow[], sort: string): readonly KeyRow[] {
    const column = keyColumns.find(({ title }) => title === sort.replace("-", ""));
    if (column === undefined) return keys;
    const sign = sort.startsWith("-") ? -1 : 1;
    return keys.toSorted((one, other) => {
        const [a, b] = [column.sortBy(one), column.sortBy(other)];
        // Keys without a value come last, in both directions.
        if (a === null || b === null) return Number(a === null) - Number(b === null);
        return a < b ? -sign : a > b ? sign : 0;
    });
}
