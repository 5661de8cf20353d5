import { useEffect, useMemo, useState } from "preact/hooks";
import type { Concern, Report } from "../report";
import { spanText } from "../timeText";
import type { IndexedKey, Selection } from "./selection";

/** Live keys of an environment in a region. */
interface Cell {
    readonly count: number;
    readonly oldestSeconds: number;
    readonly found: ReadonlyMap<Concern, number>;
}

const noKeys: Cell = { count: 0, oldestSeconds: 0, found: new Map() };

/** Concerns that a cell names. Age is shown by colour, and roles belong to the owner. */
const spelledOut: readonly Concern[] = [
    "overdue",
    "stray",
    "drift",
    "unready",
    "roleless",
    "supersededInUse",
];
const cellTexts: Partial<Record<Concern, string>> = {
    drift: "drifted",
    unready: "not ready",
    roleless: "without a role",
    supersededInUse: "old, still in use",
};

/** A row or a column: an environment, or a region. */
interface Line {
    /** `env-abc123`, `aws.us-east-2` */
    readonly id: string;
    readonly name: string;
    /** The id of an environment that has a name. */
    readonly under: string;
}

/**
 * Regions are the columns if they fit, or else environments. If neither fits, the cells of each environment wrap and
 * name their region, so that no cell is beyond the edge of the screen or paper.
 */
type Layout = "regionsAcross" | "environmentsAcross" | "wrapped";

const headWidth = 180;
const paperWidth = 1000;
const rowsWithoutCut = 20;
/** Number of wrapped cells; a person cannot look over more at once. */
const cellsWithoutCut = 60;

export function Matrix(props: {
    keys: readonly IndexedKey[];
    report: Report;
    selection: Selection;
    isFiltered: boolean;
    printing: boolean;
    onSelect: (changes: Partial<Selection>) => void;
}) {
    const { keys, report, selection, isFiltered, printing, onSelect } = props;
    const [showsAll, setShowsAll] = useState(false);
    const windowWidth = useWindowWidth();
    const cells = useMemo(() => cellsOf(keys), [keys]);
    // With a filter, rows and columns without a matching key are left out: dots and zeros would hide the rest.
    const scopes = useMemo(
        () => (isFiltered ? new Set(cells.keys()) : new Set(report.keys.map((key) => key.scope))),
        [report, isFiltered, cells],
    );
    const { environments, regions } = useMemo(() => linesOf(scopes, report), [scopes, report]);
    // The table below explains why it is empty.
    if (scopes.size === 0) return null;

    const width = printing ? paperWidth : Math.min(windowWidth, 1880) - (windowWidth <= 760 ? 30 : 58);
    const layout = layoutFor(width, environments, regions);
    const [rows, columns] =
        layout === "environmentsAcross" ? [regions, environments] : [environments, regions];
    const scopeOf = (row: Line, column: Line): string =>
        layout === "environmentsAcross" ? `${column.id}.${row.id}` : `${row.id}.${column.id}`;
    const isTroubled = (row: Line, column: Line): boolean =>
        spelledOutIn(cells.get(scopeOf(row, column)) ?? noKeys).length > 0;
    const troubled = rows.filter((row) => columns.some((column) => isTroubled(row, column)));
    const isLong = rows.length > rowsWithoutCut || (layout === "wrapped" && scopes.size > cellsWithoutCut);
    const mayCut = isLong && troubled.length > 0;
    const isCut = mayCut && !showsAll && !printing;
    const shown = isCut ? troubled : rows;
    const cellsOfRow = (row: Line): Line[] => columns.filter((column) => scopes.has(scopeOf(row, column)));
    const button = (row: Line, column: Line) => {
        const [environment, region] = layout === "environmentsAcross" ? [column, row] : [row, column];
        const pressed = selection.environment === environment.id && selection.region === region.id;
        return (
            <CellButton
                cell={cells.get(scopeOf(row, column)) ?? noKeys}
                limitSeconds={report.ageLimitSeconds}
                pressed={pressed}
                environment={environment.name}
                region={region.id}
                showsRegion={layout === "wrapped"}
                onPress={() =>
                    onSelect(
                        pressed
                            ? { environment: "", region: "" }
                            : { environment: environment.id, region: region.id },
                    )
                }
            />
        );
    };
    return (
        <div class="block">
            <div class="section-head">
                <h2 id="matrix-title">Environments and regions</h2>
                <Legend limitSeconds={report.ageLimitSeconds} />
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
            <section class="scroll" aria-labelledby="matrix-title" tabIndex={0}>
                <table
                    class={`matrix ${layout}`}
                    style={
                        layout === "wrapped"
                            ? {}
                            : { minWidth: `${headWidth + columnWidth(columns) * columns.length}px` }
                    }
                    onKeyDown={moveByArrows}
                >
                    <caption class="hidden">
                        Live keys of each environment in each region. A cell filters the keys below.
                    </caption>
                    <Head layout={layout} columns={columns} />
                    <tbody>
                        {shown.map((row) => (
                            <tr key={row.id}>
                                <th scope="row">
                                    <span class="name">{row.name}</span>
                                    {row.under !== "" && <span class="id">{row.under}</span>}
                                </th>
                                {layout === "wrapped" ? (
                                    <td class="cells">
                                        {cellsOfRow(row)
                                            .filter((column) => !isCut || isTroubled(row, column))
                                            .map((column) => (
                                                <div key={column.id}>{button(row, column)}</div>
                                            ))}
                                        {isCut && (
                                            <RestOfRow
                                                count={
                                                    cellsOfRow(row).filter(
                                                        (column) => !isTroubled(row, column),
                                                    ).length
                                                }
                                            />
                                        )}
                                    </td>
                                ) : (
                                    columns.map((column) =>
                                        scopes.has(scopeOf(row, column)) ? (
                                            <td key={column.id}>{button(row, column)}</td>
                                        ) : (
                                            <td key={column.id} class="empty">
                                                <span class="hidden">no keys</span>
                                            </td>
                                        ),
                                    )
                                )}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </section>
            {mayCut && !printing && (
                <button type="button" class="plain below" onClick={() => setShowsAll(!showsAll)}>
                    {isCut
                        ? `Show all ${scopes.size} scopes, not only those with problems`
                        : "Show only scopes with problems"}
                </button>
            )}
        </div>
    );
}

function RestOfRow({ count }: { count: number }) {
    return count === 0 ? null : (
        <span class="rest">
            and {count} {count === 1 ? "region" : "regions"} without problems
        </span>
    );
}

function Head({ layout, columns }: { layout: Layout; columns: readonly Line[] }) {
    if (layout === "wrapped") {
        return (
            <thead>
                <tr>
                    <th scope="col">Environment</th>
                    <th scope="col">Regions</th>
                </tr>
            </thead>
        );
    }
    if (layout === "environmentsAcross") {
        return (
            <thead>
                <tr>
                    <th scope="col">Region</th>
                    {columns.map(({ id, name, under }) => (
                        <th key={id} scope="col">
                            <span class="name">{name}</span>
                            {under !== "" && <span class="id">{under}</span>}
                        </th>
                    ))}
                </tr>
            </thead>
        );
    }
    return (
        <thead>
            <tr>
                <th rowSpan={2} scope="col">
                    Environment
                </th>
                {groupByCloud(columns).map(({ cloud, count }) => (
                    <th key={cloud} colSpan={count} scope="colgroup" class="cloud">
                        {cloud.toUpperCase()}
                    </th>
                ))}
            </tr>
            <tr>
                {columns.map(({ id }) => (
                    <th key={id} scope="col">
                        {id.slice(id.indexOf(".") + 1)}
                    </th>
                ))}
            </tr>
        </thead>
    );
}

/** The environments and regions of these scopes, in the report's order and by name. */
function linesOf(scopes: ReadonlySet<string>, report: Report): { environments: Line[]; regions: Line[] } {
    const places = [...scopes].map((scope) => scope.split("."));
    const used = new Set(places.map(([environment]) => environment));
    const regions = [...new Set(places.map(([, ...region]) => region.join(".")))].sort();
    return {
        environments: report.environments
            .filter(({ id }) => used.has(id))
            .map(({ id, name }) => ({ id, name: name || id, under: name === "" ? "" : id })),
        regions: regions.map((id) => ({ id, name: id, under: "" })),
    };
}

function layoutFor(width: number, environments: readonly Line[], regions: readonly Line[]): Layout {
    const fits = (columns: readonly Line[]): boolean =>
        headWidth + columnWidth(columns) * columns.length <= width;
    if (fits(regions)) return "regionsAcross";
    return fits(environments) && environments.length < regions.length ? "environmentsAcross" : "wrapped";
}

/** Room for the longest name in the header, in pixels; a longer name wraps. */
function columnWidth(columns: readonly Line[]): number {
    const longest = Math.max(
        ...columns.map(({ id, name }) => (id === name ? id.slice(id.indexOf(".") + 1) : name).length),
    );
    return Math.min(180, Math.max(108, 7.5 * longest + 20));
}

function useWindowWidth(): number {
    const [width, setWidth] = useState(() => document.documentElement.clientWidth);
    useEffect(() => {
        const onResize = (): void => setWidth(document.documentElement.clientWidth);
        addEventListener("resize", onResize);
        return () => removeEventListener("resize", onResize);
    }, []);
    return width;
}

function spelledOutIn(cell: Cell): Concern[] {
    return spelledOut.filter((concern) => cell.found.has(concern));
}

function CellButton(props: {
    cell: Cell;
    limitSeconds: number;
    pressed: boolean;
    environment: string;
    region: string;
    showsRegion: boolean;
    onPress: () => void;
}) {
    const { cell, limitSeconds, pressed, environment, region, showsRegion, onPress } = props;
    const found = spelledOutIn(cell);
    return (
        <button
            type="button"
            class={`cell ${cell.count === 0 ? "none-fit" : `age-${ageStep(cell.oldestSeconds, limitSeconds)}`} ${found.length > 0 ? "alarm" : ""}`}
            aria-pressed={pressed}
            onClick={onPress}
        >
            {showsRegion ? (
                <>
                    <span class="hidden">{environment}, </span>
                    <span class="region">{region}</span>
                    <span class="hidden">: </span>
                </>
            ) : (
                <span class="hidden">
                    {environment}, {region}:{" "}
                </span>
            )}
            <span class="number">{cell.count}</span>
            <span class="hidden"> {cell.count === 1 ? "key" : "keys"}, oldest </span>
            <span class="oldest">{cell.count === 0 ? "–" : spanText(cell.oldestSeconds)}</span>
            {found.map((concern) => (
                <span key={concern} class="found">
                    <span class="hidden">, </span>
                    {cell.found.get(concern)} {cellTexts[concern] ?? concern}
                </span>
            ))}
        </button>
    );
}

function Legend({ limitSeconds }: { limitSeconds: number }) {
    const third = limitSeconds / 3;
    return (
        <p class="legend">
            <span class="quiet">Oldest key</span>
            {[
                `under ${spanText(third)}`,
                `under ${spanText(2 * third)}`,
                `under ${spanText(limitSeconds)}`,
                "over age",
            ].map((text, step) => (
                <span key={text} class="entry">
                    <span class={`swatch age-${step}`} aria-hidden="true" />
                    {text}
                </span>
            ))}
        </p>
    );
}

function cellsOf(keys: readonly IndexedKey[]): Map<string, Cell> {
    const cells = new Map<string, { count: number; oldestSeconds: number; found: Map<Concern, number> }>();
    for (const { key, concerns: wrong } of keys) {
        const cell = cells.get(key.scope) ?? { count: 0, oldestSeconds: 0, found: new Map() };
        cells.set(key.scope, cell);
        if (key.live) cell.count++;
        cell.oldestSeconds = Math.max(cell.oldestSeconds, key.live ? (key.ageSeconds ?? 0) : 0);
        for (const concern of wrong) cell.found.set(concern, (cell.found.get(concern) ?? 0) + 1);
    }
    return cells;
}

/** 0 to 2: the thirds of the limit; 3: over it. */
function ageStep(seconds: number, limitSeconds: number): number {
    return seconds > limitSeconds ? 3 : Math.min(2, Math.floor((3 * seconds) / limitSeconds));
}

function groupByCloud(regions: readonly Line[]): { cloud: string; count: number }[] {
    const counts = new Map<string, number>();
    for (const { id } of regions) {
        const cloud = id.slice(0, id.indexOf("."));
        counts.set(cloud, (counts.get(cloud) ?? 0) + 1);
    }
    return [...counts].map(([cloud, count]) => ({ cloud, count }));
}

/** The arrow keys move between cells and skip empty ones. In wrapped cells, up and down go to the next row. */
function moveByArrows(event: KeyboardEvent): void {
    const steps: Record<string, readonly [number, number]> = {
        ArrowLeft: [0, -1],
        ArrowRight: [0, 1],
        ArrowUp: [-1, 0],
        ArrowDown: [1, 0],
    };
    const step = steps[event.key];
    const place = (event.target as HTMLElement).closest("td > div, td") as HTMLElement | null;
    const row = place?.closest("tr");
    const rows = [...(row?.closest("tbody")?.rows ?? [])];
    if (!place || !row || !step) return;
    event.preventDefault();
    const placesOf = (one: HTMLTableRowElement): Element[] => {
        const wrapped = one.querySelectorAll("td.cells > div");
        return wrapped.length > 0 ? [...wrapped] : [...one.cells];
    };
    let [r, c] = [rows.indexOf(row), placesOf(row).indexOf(place)];
    for (;;) {
        r += step[0];
        c += step[1];
        const next = rows[r] && placesOf(rows[r] as HTMLTableRowElement)[c];
        if (!next) return;
        const button = next.querySelector("button");
        if (button) {
            button.focus();
            return;
        }
    }
}
