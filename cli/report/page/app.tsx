import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Report } from "../report";
import { countsText, incompleteText, stacksText } from "../reportText";
import { minuteText } from "../timeText";
import { ActiveFilters } from "./activeFilters";
import { Filters } from "./filters";
import { GapNotes } from "./gapNotes";
import { KeyDetails } from "./keyDetails";
import { KeyTable } from "./keyTable";
import { Matrix } from "./matrix";
import {
    filterKeys,
    indexKeys,
    nothingSelected,
    readSelection,
    type Selection,
    sortKeys,
    writeSelection,
} from "./selection";
import { Sources } from "./sources";
import { Tiles } from "./tiles";
import { Timeline } from "./timeline";

/** The whole page. `notice` is a message about the last refresh; `printing` shows all keys. */
export function App({ report, notice, printing }: { report: Report; notice: string; printing: boolean }) {
    const [selection, setSelection] = useState(() => readSelection(location.hash.slice(1)));
    const search = useRef<HTMLInputElement>(null);
    const select = (changes: Partial<Selection>): void =>
        setSelection((before) => ({ ...before, page: 0, ...changes }));

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
        const onKey = (event: KeyboardEvent): void => {
            const isTyping =
                event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
            if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
            event.preventDefault();
            search.current?.focus();
        };
        addEventListener("hashchange", onHash);
        addEventListener("keydown", onKey);
        return () => {
            removeEventListener("hashchange", onHash);
            removeEventListener("keydown", onKey);
        };
    }, []);

    const indexed = useMemo(() => indexKeys(report), [report]);
    const owners = useMemo(() => new Map(report.owners.map((owner) => [owner.id, owner])), [report]);
    const { text, status, environment, region, concern } = selection;
    const filtered = useMemo(
        () => filterKeys(indexed, selection),
        [indexed, text, status, environment, region, concern],
    );
    // The matrix stays complete while one of its cells is chosen, so that the next one is easy to reach.
    const inMatrix = useMemo(
        () =>
            environment === "" && region === ""
                ? filtered
                : filterKeys(indexed, { ...selection, environment: "", region: "" }),
        [filtered],
    );
    const sorted = useMemo(
        () => sortKeys(filtered, selection.sort, selection.descending),
        [filtered, selection.sort, selection.descending],
    );
    const shownKey = selection.key === "" ? undefined : report.keys.find(({ id }) => id === selection.key);
    const incomplete = incompleteText(report);
    const clear = (): void =>
        setSelection((before) => ({
            ...nothingSelected,
            sort: before.sort,
            descending: before.descending,
        }));

    return (
        <>
            <button type="button" class="skip" onClick={() => document.getElementById("keys")?.focus()}>
                Skip to the keys
            </button>
            <header class="top">
                <h1>Flink API keys</h1>
                {incomplete !== undefined && <p class="lead incomplete">{capitalised(incomplete)}.</p>}
                <p class="lead">{countsText(report)}</p>
                <p class="quiet">
                    As of {minuteText(report.generatedAt)} · {stacksText(report)}
                </p>
                <Sources report={report} />
            </header>
            <div class="notes" role="status">
                {notice !== "" && <p class="note">{notice}</p>}
                <GapNotes report={report} />
            </div>
            <main>
                <Tiles
                    report={report}
                    pressed={concern}
                    onPress={(pressed) => {
                        select({ concern: pressed });
                        if (pressed !== "") showKeys();
                    }}
                />
                <ActiveFilters
                    count={filtered.length}
                    report={report}
                    selection={selection}
                    onSelect={select}
                    onClear={clear}
                    onShowKeys={showKeys}
                />
                <Matrix
                    keys={inMatrix}
                    report={report}
                    selection={selection}
                    isFiltered={[text, status, concern].some((value) => value !== "")}
                    printing={printing}
                    onSelect={select}
                />
                {report.keys.length > 0 && (
                    <Timeline
                        keys={filtered}
                        report={report}
                        printing={printing}
                        onShow={(key) => setSelection((before) => ({ ...before, key }))}
                    />
                )}
                <div class="block" id="keys-block">
                    <div class="section-head">
                        <h2 id="keys-title">Keys</h2>
                        <p role="status" class="quiet" id="count">
                            {filtered.length === indexed.length
                                ? `${indexed.length} in all`
                                : `${filtered.length} of ${indexed.length}`}
                        </p>
                    </div>
                    <Filters
                        keys={sorted}
                        report={report}
                        selection={selection}
                        searchRef={search}
                        onSelect={select}
                    />
                    <KeyTable
                        keys={sorted}
                        report={report}
                        selection={selection}
                        printing={printing}
                        onSelect={(changes) => setSelection((before) => ({ ...before, ...changes }))}
                    />
                </div>
            </main>
            {shownKey && (
                <KeyDetails
                    row={shownKey}
                    owner={owners.get(shownKey.ownerId)}
                    report={report}
                    onClose={() => setSelection((before) => ({ ...before, key: "" }))}
                />
            )}
        </>
    );
}

/** Scrolls to the keys, which are below the matrix and the rotations. */
function showKeys(): void {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    // After the page has drawn the active filters, which move the keys.
    requestAnimationFrame(() =>
        document.getElementById("keys-block")?.scrollIntoView({ behavior: calm ? "auto" : "smooth" }),
    );
}

function capitalised(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
