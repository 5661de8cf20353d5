import { useEffect, useMemo, useState } from "preact/hooks";
import { placeOf, type Report } from "../report";
import { CellButton, cellsOf, Legend, noKeys, shownConcernsOf } from "./matrixCell";
import { MatrixHead } from "./matrixHead";
import { columnWidth, headWidth, type Line, layoutFor, linesOf } from "./matrixLayout";
import { moveByArrows } from "./moveByArrows";
import type { IndexedKey, Selection } from "./selection";

const paperWidth = 1000;
const rowsWithoutCut = 20;
/** More wrapped cells than this are too many to look at. */
const cellsWithoutCut = 60;

/** The live keys of each environment in each region. A cell filters the keys below. */
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
    // With a filter, rows and columns without a matching key are left out, so that the others are easy to find.
    const scopes = useMemo(
        () => (isFiltered ? new Set(cells.keys()) : new Set(report.keys.map(placeOf))),
        [report, isFiltered, cells],
    );
    const { environments, regions } = useMemo(() => linesOf(scopes, report), [scopes, report]);
    // The table of keys below explains why it is empty.
    if (scopes.size === 0) return null;

    const width = printing ? paperWidth : Math.min(windowWidth, 1880) - (windowWidth <= 760 ? 30 : 58);
    const layout = layoutFor(width, environments, regions);
    const [rows, columns] =
        layout === "environmentsAcross" ? [regions, environments] : [environments, regions];
    const scopeOf = (row: Line, column: Line): string =>
        layout === "environmentsAcross" ? `${column.id}.${row.id}` : `${row.id}.${column.id}`;
    const hasProblem = (row: Line, column: Line): boolean =>
        shownConcernsOf(cells.get(scopeOf(row, column)) ?? noKeys).length > 0;
    const withProblems = rows.filter((row) => columns.some((column) => hasProblem(row, column)));
    const isLong = rows.length > rowsWithoutCut || (layout === "wrapped" && scopes.size > cellsWithoutCut);
    const mayCut = isLong && withProblems.length > 0;
    const isCut = mayCut && !showsAll && !printing;
    const shown = isCut ? withProblems : rows;
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
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a section that scrolls must be reachable by keyboard */}
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
                    <MatrixHead layout={layout} columns={columns} />
                    <tbody>
                        {shown.map((row) => (
                            <tr key={row.id}>
                                <th scope="row">
                                    <span class="name">{row.name}</span>
                                    {row.idBelow !== "" && <span class="id">{row.idBelow}</span>}
                                </th>
                                {layout === "wrapped" ? (
                                    <td class="cells">
                                        {cellsOfRow(row)
                                            .filter((column) => !isCut || hasProblem(row, column))
                                            .map((column) => (
                                                <div key={column.id}>{button(row, column)}</div>
                                            ))}
                                        {isCut && (
                                            <RestOfRow
                                                count={
                                                    cellsOfRow(row).filter(
                                                        (column) => !hasProblem(row, column),
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

function useWindowWidth(): number {
    const [width, setWidth] = useState(() => document.documentElement.clientWidth);
    useEffect(() => {
        const onResize = (): void => setWidth(document.documentElement.clientWidth);
        addEventListener("resize", onResize);
        return () => removeEventListener("resize", onResize);
    }, []);
    return width;
}
