import type { Ref } from "preact";
import { useMemo } from "preact/hooks";
import type { Report } from "../report";
import { downloadCsv } from "./downloadCsv";
import type { IndexedKey, Selection } from "./selection";

const statuses = ["managed", "superseded", "stray", "elsewhere", "unknown", "unmanaged", "missing"] as const;

/** The search field and filters above the table of keys, and the download of the keys that match. */
export function Filters(props: {
    keys: readonly IndexedKey[];
    report: Report;
    selection: Selection;
    searchRef: Ref<HTMLInputElement>;
    onSelect: (changes: Partial<Selection>) => void;
}) {
    const { keys, report, selection, searchRef, onSelect } = props;
    const regions = useMemo(() => [...new Set(report.keys.map((key) => key.region))].sort(), [report]);
    return (
        // biome-ignore lint/a11y/useSemanticElements: not all screen readers know <search> yet
        <div class="filters" role="search">
            <label>
                Search
                <input
                    ref={searchRef}
                    type="search"
                    value={selection.text}
                    placeholder="Key, owner, environment, stack … ( / )"
                    onInput={(event) => onSelect({ text: event.currentTarget.value })}
                />
            </label>
            <Choice
                label="Status"
                value={selection.status}
                values={statuses.map((one) => [one, one])}
                onChoose={(value) => onSelect({ status: value })}
            />
            <Choice
                label="Environment"
                value={selection.environment}
                values={report.environments.map(({ id, name }) => [id, name === "" ? id : `${name} (${id})`])}
                onChoose={(value) => onSelect({ environment: value })}
            />
            <Choice
                label="Region"
                value={selection.region}
                values={regions.map((one) => [one, one])}
                onChoose={(value) => onSelect({ region: value })}
            />
            <button
                type="button"
                class="plain"
                disabled={keys.length === 0}
                onClick={() => downloadCsv(keys, report)}
            >
                Download CSV
            </button>
        </div>
    );
}

function Choice(props: {
    label: string;
    value: string;
    values: readonly (readonly string[])[];
    onChoose: (value: string) => void;
}) {
    return (
        <label>
            {props.label}
            <select value={props.value} onChange={(event) => props.onChoose(event.currentTarget.value)}>
                <option value="">All</option>
                {props.values.map(([value, text]) => (
                    <option key={value} value={value}>
                        {text}
                    </option>
                ))}
            </select>
        </label>
    );
}
