import { useEffect, useMemo, useState } from "preact/hooks";
import type { Report } from "../report";
import {
    capitalised,
    countsText,
    gapText,
    gapTitle,
    incompleteText,
    stackNotes,
    stacksText,
} from "../reportText";
import { minuteText } from "../timeText";
import { ActiveFilters } from "./activeFilters";
import { Filters } from "./filters";
import { sortKeys } from "./keyColumns";
import { KeyDetails } from "./keyDetails";
import { KeyTable } from "./keyTable";
import { Matrix } from "./matrix";
import { PageContext } from "./pageContext";
import { filterKeys, readSelection, type Selection, writeSelection } from "./selection";
import { Sources } from "./sources";
import { Tiles } from "./tiles";
import { Timeline } from "./timeline";

/** The whole page. `notice` is a message about the last refresh; `printing` shows all keys. */
export function App({ report, notice, printing }: { report: Report; notice: string; printing: boolean }) {
    const [selection, setSelection] = useState(() => readSelection(location.hash.slice(1)));
    const select = (changes: Partial<Selection>): void =>
        setSelection((before) => ({ ...before, page: "key" in changes ? before.page : "", ...changes }));

    useEffect(() => {
        // Browsers limit how often the address may change, and somebody may be typing.
        const timer = setTimeout(() => {
            const hash = writeSelection(selection);
            history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`);
        }, 200);
        return () => clearTimeout(timer);
    }, [selection]);
    useEffect(() => {
        const onHash = (): void => setSelection(readSelection(location.hash.slice(1)));
        addEventListener("hashchange", onHash);
        addEventListener("keydown", focusSearch);
        return () => {
            removeEventListener("hashchange", onHash);
            removeEventListener("keydown", focusSearch);
        };
    }, []);

    const { keys, ageLimitSeconds } = report;
    const { text, status, environment, region, concern, sort } = selection;
    // The matrix stays complete while one of its cells is chosen, so that the next one is easy to reach.
    const inMatrix = useMemo(
        () => filterKeys(keys, { ...selection, environment: "", region: "" }, ageLimitSeconds),
        [keys, text, status, concern],
    );
    const filtered = useMemo(
        () => filterKeys(inMatrix, selection, ageLimitSeconds),
        [inMatrix, environment, region],
    );
    const sorted = useMemo(() => sortKeys(filtered, sort), [filtered, sort]);
    const shownKey = keys.find(({ id }) => id === selection.key);
    const incomplete = incompleteText(report);

    return (
        <PageContext.Provider value={{ report, selection, select, printing }}>
            <button type="button" class="plain skip" onClick={() => document.getElementById("keys")?.focus()}>
                Skip to the keys
            </button>
            <header class="top">
                <h1>Flink API keys</h1>
                {incomplete !== undefined && <p class="lead incomplete alarm">{capitalised(incomplete)}.</p>}
                <p class="lead">{countsText(report)}</p>
                <p class="quiet">
                    As of {minuteText(report.generatedAt)} · {stacksText(report)}
                </p>
                <Sources />
            </header>
            <div class="notes" role="status">
                {notice !== "" && <p class="note">{notice}</p>}
                {report.gaps.map((gap) => (
                    <p class="note" key={gapText(gap)}>
                        <strong>{gapTitle(gap)}:</strong> {gap.reason}
                    </p>
                ))}
                {stackNotes(report).map((note) => (
                    <p class="note" key={note}>
                        {note}
                    </p>
                ))}
            </div>
            <main>
                <Tiles onShowKeys={showKeys} />
                <ActiveFilters count={filtered.length} onShowKeys={showKeys} />
                <Matrix keys={inMatrix} />
                {keys.length > 0 && <Timeline keys={filtered} />}
                <div id="keys-block">
                    <div class="section-head">
                        <h2 id="keys-title">Keys</h2>
                        <p role="status" class="quiet" id="count">
                            {filtered.length === keys.length
                                ? `${keys.length} in all`
                                : `${filtered.length} of ${keys.length}`}
                        </p>
                    </div>
                    <Filters keys={sorted} />
                    <KeyTable keys={sorted} />
                </div>
            </main>
            {shownKey && <KeyDetails row={shownKey} />}
        </PageContext.Provider>
    );
}

/** `/` moves to the search field. */
function focusSearch(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    document.getElementById("search")?.focus();
}

/** Scrolls to the keys, which are below the matrix and the rotations. */
function showKeys(): void {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    // After the page has drawn the active filters, which move the keys.
    requestAnimationFrame(() =>
        document.getElementById("keys-block")?.scrollIntoView({ behavior: calm ? "auto" : "smooth" }),
    );
}
