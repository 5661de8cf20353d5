import { useEffect, useMemo, useState } from "preact/hooks";
import { counted } from "../../counted";
import { groupBy } from "../groupBy";
import { type KeyRow, placeOf } from "../report";
import { noEnvironment } from "../reportText";
import { countByScope } from "../scopeCounts";
import { NameAndId } from "./keyColumns";
import { CellButton, Legend } from "./matrixCell";
import { moveByArrows } from "./moveByArrows";
import { usePage } from "./pageContext";

const paperWidth = 1000;
/** Width of the first column, in pixels, as in matrix.css. */
const headWidth = 220;
const rowsWithoutCut = 20;
/** More wrapped cells than this are too many to look at. */
const cellsWithoutCut = 60;

/**
 * The live keys of each environment in each region. A cell filters the keys below. If the regions do not fit as columns, the cells of
 * each environment wrap and name their region, so that no cell is beyond the edge of the screen or paper.
 */
export function Matrix({ keys }: { keys: readonly KeyRow[] }) {
    const { report, selection, printing } = usePage();
    const [showsAll, setShowsAll] = useState(false);
    const windowWidth = useWindowWidth();
    const counts = useMemo(() => countByScope(keys, report.ageLimitSeconds), [keys]);
    // With a filter, rows and columns without a matching key are left out, so that the others are easy to find.
    const isFiltered = selection.text !== "" || selection.status !== "" || selection.concern !== "";
    const scopes = useMemo(
        () => new Set(isFiltered ? counts.keys() : report.keys.map(placeOf)),
        [report, isFiltered, counts],
    );
    // The table of keys below explains why it is empty.
    if (scopes.size === 0) return null;

    const regions = [...new Set([...scopes].map((scope) => scope.slice(scope.indexOf(".") + 1)))].sort();
    const width = printing ? paperWidth : Math.min(windowWidth, 1880) - (windowWidth <= 760 ? 30 : 58);
    const minWidth = headWidth + columnWidth(regions) * regions.length;
    const isWrapped = minWidth > width;
    const rows = [...report.environments, noEnvironment]
        .map((environment) => {
            const cells = regions
                .map((region) => ({ region, scope: placeOf({ environmentId: environment.id, region }) }))
                .filter(({ scope }) => scopes.has(scope));
            const troubled = cells.filter(({ scope }) => (counts.get(scope)?.found.length ?? 0) > 0);
            return { environment, cells, troubled };
        })
        .filter(({ cells }) => cells.length > 0);
    const troubledRows = rows.filter(({ troubled }) => troubled.length > 0);
    const isLong = rows.length > rowsWithoutCut || (isWrapped && scopes.size > cellsWithoutCut);
    const mayCut = isLong && troubledRows.length > 0;
    const isCut = mayCut && !showsAll && !printing;
    return (
        <div>
            <div class="section-head">
                <h2 id="matrix-title">Environments and regions</h2>
                <Legend />
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a section that scrolls must be reachable by keyboard */}
            <section class="panel scroll" aria-labelledby="matrix-title" tabIndex={0}>
                <table
                    class={`matrix ${isWrapped ? "wrapped" : ""}`}
                    style={isWrapped ? {} : { minWidth: `${minWidth}px` }}
                    onKeyDown={moveByArrows}
                >
                    <caption class="hidden">
                        Live keys of each environment in each region. A cell filters the keys below.
                    </caption>
                    {isWrapped ? <WrappedHead /> : <RegionsHead regions={regions} />}
                    <tbody>
                        {(isCut ? troubledRows : rows).map(({ environment, cells, troubled }) => {
                            const { id, name } = environment;
                            const button = ({ region, scope }: { region: string; scope: string }) => (
                                <CellButton
                                    counts={counts.get(scope)}
                                    environment={environment}
                                    region={region}
                                    showsRegion={isWrapped}
                                />
                            );
                            const others = cells.length - troubled.length;
                            return (
                                <tr key={id}>
                                    <th scope="row">
                                        <NameAndId name={name || id} id={name && id} />
                                    </th>
                                    {isWrapped ? (
                                        <td class="cells">
                                            {(isCut ? troubled : cells).map((cell) => (
                                                <div key={cell.region}>{button(cell)}</div>
                                            ))}
                                            {isCut && others > 0 && (
                                                <span class="rest id">
                                                    and {counted(others, "region")} without problems
                                                </span>
                                            )}
                                        </td>
                                    ) : (
                                        regions.map((region) => {
                                            const cell = cells.find((one) => one.region === region);
                                            return cell ? (
                                                <td key={region}>{button(cell)}</td>
                                            ) : (
                                                <td key={region} class="empty">
                                                    <span class="hidden">no keys</span>
                                                </td>
                                            );
                                        })
                                    )}
                                </tr>
                            );
                        })}
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

function WrappedHead() {
    return (
        <thead>
            <tr>
                <th scope="col" class="corner">
                    Environment
                </th>
                <th scope="col">Regions</th>
            </tr>
        </thead>
    );
}

function RegionsHead({ regions }: { regions: readonly string[] }) {
    return (
        <thead>
            <tr>
                <th rowSpan={2} scope="col" class="corner">
                    Environment
                </th>
                {[...groupBy(regions, (region) => region.slice(0, region.indexOf(".")))].map(
                    ([cloud, ofCloud]) => (
                        <th key={cloud} colSpan={ofCloud.length} scope="colgroup" class="cloud">
                            {cloud.toUpperCase()}
                        </th>
                    ),
                )}
            </tr>
            <tr>
                {regions.map((region) => (
                    <th key={region} scope="col">
                        {withoutCloud(region)}
                    </th>
                ))}
            </tr>
        </thead>
    );
}

/** Room for the longest name in the header, in pixels; a longer name wraps. */
function columnWidth(regions: readonly string[]): number {
    const longest = Math.max(...regions.map((region) => withoutCloud(region).length));
    return Math.min(180, Math.max(108, 7.5 * longest + 20));
}

function withoutCloud(region: string): string {
    return region.slice(region.indexOf(".") + 1);
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
