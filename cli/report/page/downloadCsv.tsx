import { renderCsv } from "../csv";
import type { Report } from "../report";
import { dayText } from "../timeText";
import type { IndexedKey } from "./selection";

/** Downloads the keys that match the filters, in the order shown. The file is made in the page, without a request. */
export function downloadCsv(keys: readonly IndexedKey[], report: Report): void {
    const csv = renderCsv({ ...report, keys: keys.map(({ key }) => key) });
    const address = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `flink-api-keys-${dayText(report.generatedAt)}.csv`;
    link.click();
    // After the browser has started to read it.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
