import { render } from "preact";
import type { Report } from "../report";
import { App } from "./app";

/** The data that html.ts puts into the page. */
interface PageData {
    readonly report: Report;
    /** With `--serve`: how often to request a newer report. Null in a file, which makes no requests. */
    readonly refreshSeconds: number | null;
}

const data = JSON.parse(document.getElementById("data")?.textContent ?? "null") as PageData;
const root = document.getElementById("app") as HTMLElement;
const reportUrl = "report.json";

let { report } = data;
let notice = "";

function show(printing: boolean): void {
    render(<App report={report} notice={notice} printing={printing} />, root);
}

async function refresh(): Promise<void> {
    try {
        const answer = await fetch(reportUrl, { cache: "no-store" });
        if (!answer.ok) throw new Error(`${answer.status}`);
        report = (await answer.json()) as Report;
        notice = "";
    } catch {
        notice = `The report could not be refreshed at ${new Date().toLocaleTimeString()}: this is the last one.`;
    }
    show(false);
}

show(false);
// On paper nobody can go to the next page, so all keys that match the filters are printed.
addEventListener("beforeprint", () => show(true));
addEventListener("afterprint", () => show(false));
if (data.refreshSeconds !== null) setInterval(refresh, data.refreshSeconds * 1000);
