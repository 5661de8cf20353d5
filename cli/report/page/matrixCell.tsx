import { concernText } from "../concerns";
import { type Concern, placeOf } from "../report";
import { spanText } from "../timeText";
import type { IndexedKey } from "./selection";

/** Live keys of an environment in a region. */
export interface Cell {
    readonly count: number;
    /** Further keys in a state, of which it is not known whether they live. */
    readonly unseen: number;
    readonly oldestSeconds: number;
    readonly found: ReadonlyMap<Concern, number>;
}

export const noKeys: Cell = { count: 0, unseen: 0, oldestSeconds: 0, found: new Map() };

/** The concerns that a cell shows as text. Age is shown as a colour, and roles are a matter of the owner. */
const shownConcerns: readonly Concern[] = [
    "overdue",
    "stray",
    "drift",
    "unready",
    "roleless",
    "supersededInUse",
];

/** The cells of the matrix, by environment and region. */
export function cellsOf(keys: readonly IndexedKey[]): Map<string, Cell> {
    type Counted = { count: number; unseen: number; oldestSeconds: number; found: Map<Concern, number> };
    const cells = new Map<string, Counted>();
    for (const { key, concerns: found } of keys) {
        const cell = cells.get(placeOf(key)) ?? { ...noKeys, found: new Map() };
        cells.set(placeOf(key), cell);
        if (key.live) cell.count++;
        else if (key.status === "unknown") cell.unseen++;
        cell.oldestSeconds = Math.max(cell.oldestSeconds, key.live ? (key.ageSeconds ?? 0) : 0);
        for (const concern of found) cell.found.set(concern, (cell.found.get(concern) ?? 0) + 1);
    }
    return cells;
}

/** The concerns that this cell shows as text. */
export function shownConcernsOf(cell: Cell): Concern[] {
    return shownConcerns.filter((concern) => cell.found.has(concern));
}

/** A cell as a button that filters the keys below. */
export function CellButton(props: {
    cell: Cell;
    limitSeconds: number;
    pressed: boolean;
    environment: string;
    region: string;
    showsRegion: boolean;
    onPress: () => void;
}) {
    const { cell, limitSeconds, pressed, environment, region, showsRegion, onPress } = props;
    const found = shownConcernsOf(cell);
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
            <span class="number">{countText(cell)}</span>
            <span class="hidden"> {cell.count === 1 ? "key" : "keys"}, oldest </span>
            <span class="oldest">{cell.count === 0 ? "–" : spanText(cell.oldestSeconds)}</span>
            {found.map((concern) => (
                <span key={concern} class="found">
                    <span class="hidden">, </span>
                    {cell.found.get(concern)} {concernText(concern, limitSeconds)}
                </span>
            ))}
        </button>
    );
}

/** `3`, `3+` or `?` if it is not known whether there are more. */
function countText({ count, unseen }: Cell): string {
    if (unseen === 0) return String(count);
    return count === 0 ? "?" : `${count}+`;
}

/** Explains the colours of the cells. */
export function Legend({ limitSeconds }: { limitSeconds: number }) {
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

/** 0 to 2: the thirds of the limit; 3: over it. */
function ageStep(seconds: number, limitSeconds: number): number {
    return seconds > limitSeconds ? 3 : Math.min(2, Math.floor((3 * seconds) / limitSeconds));
}
