import { useMemo } from "preact/hooks";
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

/** What a cell spells out; age is its colour, and roles are the owner's. */
const spelledOut: readonly Concern[] = ["overdue", "stray", "drift", "unready"];

export function Matrix(props: {
    keys: readonly IndexedKey[];
    /** `aws.us-east-2`, in order. */
    regions: readonly string[];
    report: Report;
    selection: Selection;
    onSelect: (changes: Partial<Selection>) => void;
}) {
    const { keys, regions, report, selection, onSelect } = props;
    const cells = useMemo(() => cellsOf(keys), [keys]);
    // A scope without a key that fits keeps its cell, so that the matrix stays in its place while somebody filters.
    const scopes = useMemo(() => new Set(report.keys.map((key) => key.scope)), [report]);
    const clouds = groupByCloud(regions);
    return (
        <div class="block">
            <div class="section-head">
                <h2 id="matrix-title">Environments and regions</h2>
                <Legend limitSeconds={report.ageLimitSeconds} />
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
            <section class="scroll" aria-labelledby="matrix-title" tabIndex={0}>
                <table
                    class="matrix"
                    style={{ minWidth: `${180 + 112 * regions.length}px` }}
                    onKeyDown={moveByArrows}
                >
                    <caption class="hidden">
                        Live keys of each environment in each region. A cell filters the keys below.
                    </caption>
                    <thead>
                        <tr>
                            <th rowSpan={2} scope="col">
                                Environment
                            </th>
                            {clouds.map(({ cloud, regions: ofCloud }) => (
                                <th key={cloud} colSpan={ofCloud.length} scope="colgroup" class="cloud">
                                    {cloud.toUpperCase()}
                                </th>
                            ))}
                        </tr>
                        <tr>
                            {regions.map((region) => (
                                <th key={region} scope="col">
                                    {region.slice(region.indexOf(".") + 1)}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {report.environments.map(({ id, name }) => (
                            <tr key={id}>
                                <th scope="row">
                                    <span class="name">{name || id}</span>
                                    {name !== "" && <span class="id">{id}</span>}
                                </th>
                                {regions.map((region) => {
                                    const scope = `${id}.${region}`;
                                    if (!scopes.has(scope)) {
                                        return (
                                            <td key={region} class="empty">
                                                <span class="hidden">no keys</span>
                                            </td>
                                        );
                                    }
                                    const pressed =
                                        selection.environment === id && selection.region === region;
                                    return (
                                        <td key={region}>
                                            <CellButton
                                                cell={cells.get(scope) ?? noKeys}
                                                limitSeconds={report.ageLimitSeconds}
                                                pressed={pressed}
                                                name={`${name || id}, ${region}`}
                                                onPress={() =>
                                                    onSelect(
                                                        pressed
                                                            ? { environment: "", region: "" }
                                                            : { environment: id, region },
                                                    )
                                                }
                                            />
                                        </td>
                                    );
                                })}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </section>
        </div>
    );
}

function CellButton(props: {
    cell: Cell;
    limitSeconds: number;
    pressed: boolean;
    name: string;
    onPress: () => void;
}) {
    const { cell, limitSeconds, pressed, name, onPress } = props;
    const found = spelledOut.filter((concern) => cell.found.has(concern));
    return (
        <button
            type="button"
            class={`cell ${cell.count === 0 ? "none-fit" : `age-${ageStep(cell.oldestSeconds, limitSeconds)}`} ${found.length > 0 ? "alarm" : ""}`}
            aria-pressed={pressed}
            onClick={onPress}
        >
            <span class="hidden">{name}: </span>
            <span class="number">{cell.count}</span>
            <span class="hidden"> {cell.count === 1 ? "key" : "keys"}, oldest </span>
            <span class="oldest">{cell.count === 0 ? "–" : spanText(cell.oldestSeconds)}</span>
            {found.map((concern) => (
                <span key={concern} class="found">
                    <span class="hidden">, </span>
                    {cell.found.get(concern)} {concern}
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

function groupByCloud(regions: readonly string[]): { cloud: string; regions: string[] }[] {
    const clouds: { cloud: string; regions: string[] }[] = [];
    for (const region of regions) {
        const cloud = region.slice(0, region.indexOf("."));
        const last = clouds.at(-1);
        if (last?.cloud === cloud) last.regions.push(region);
        else clouds.push({ cloud, regions: [region] });
    }
    return clouds;
}

/** From cell to cell by the arrow keys, past the empty ones. */
function moveByArrows(event: KeyboardEvent): void {
    const cell = (event.target as HTMLElement).closest("td");
    const steps: Record<string, readonly [number, number]> = {
        ArrowLeft: [0, -1],
        ArrowRight: [0, 1],
        ArrowUp: [-1, 0],
        ArrowDown: [1, 0],
    };
    const step = steps[event.key];
    const row = cell?.parentElement as HTMLTableRowElement | null;
    const body = row?.parentElement as HTMLTableSectionElement | null;
    if (!cell || !row || !body || !step) return;
    event.preventDefault();
    const rows = [...body.rows];
    let [r, c] = [rows.indexOf(row), cell.cellIndex];
    for (;;) {
        r += step[0];
        c += step[1];
        const next = rows[r]?.cells[c];
        if (!next) return;
        const button = next.querySelector("button");
        if (button) {
            button.focus();
            return;
        }
    }
}
