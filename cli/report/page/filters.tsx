import { useMemo } from "preact/hooks";
import type { KeyRow } from "../report";
import { capitalised, nameAndId } from "../reportText";
import { downloadCsv } from "./downloadCsv";
import { usePage } from "./pageContext";

const statuses = ["managed", "superseded", "stray", "elsewhere", "unknown", "unmanaged", "missing"];

/** The search field and filters above the table of keys, and the download of the keys that match. */
export function Filters({ keys }: { keys: readonly KeyRow[] }) {
    const { report, selection, select } = usePage();
    const regions = useMemo(() => [...new Set(report.keys.map((key) => key.region))].sort(), [report]);
    const choices = {
        status: statuses.map((one) => ({ id: one, name: "" })),
        environment: report.environments,
        region: regions.map((one) => ({ id: one, name: "" })),
    };
    return (
        // biome-ignore lint/a11y/useSemanticElements: not all screen readers know <search> yet
        <div class="filters" role="search">
            <label>
                Search
                <input
                    id="search"
                    type="search"
                    value={selection.text}
                    placeholder="Key, owner, environment, stack … ( / )"
                    onInput={(event) => select({ text: event.currentTarget.value })}
                />
            </label>
            {(["status", "environment", "region"] as const).map((filter) => (
                <label key={filter}>
                    {capitalised(filter)}
                    <select
                        value={selection[filter]}
                        onChange={(event) => select({ [filter]: event.currentTarget.value })}
                    >
                        <option value="">All</option>
                        {choices[filter].map(({ id, name }) => (
                            <option key={id} value={id}>
                                {nameAndId(name, id)}
                            </option>
                        ))}
                    </select>
                </label>
            ))}
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
