import { renderCsv } from "../csv";
import type { KeyRow, Report } from "../report";
import { dayText } from "../timeText";

/** Downloads the keys that match the filters, in the order shown. The file is made in the page, without a request. */
export function downloadCsv(keys: readonly KeyRow[], report: Report): void {
    const csv = renderCsv({ ...report, keys });
    const address = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `flink-api-keys-${dayText(report.generatedAt)}.csv`;
    link.click();
    // After the browser has started to read it.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
