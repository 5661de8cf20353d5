import { renderCsv } from "../csv";
import type { Report } from "../report";
import { dayText } from "../timeText";
import type { IndexedKey } from "./selection";

/** Hands the keys that fit the filters to the browser as a file, in the order shown. It is made here: nothing is asked for. */
export function downloadCsv(keys: readonly IndexedKey[], report: Report): void {
    const csv = renderCsv({ ...report, keys: keys.map(({ key }) => key) });
    const address = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `flink-api-keys-${dayText(report.generatedAt)}.csv`;
    link.click();
    // After the browser has begun to read it.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
