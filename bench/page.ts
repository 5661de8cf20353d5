import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Result, resultsFolder } from "./results";
import { type Figure, isWithinLimit, type Scenario } from "./scenario";
import { formatValue, verdict } from "./table";

/** Writes the charts of all results into one file that needs no network, and returns its path. */
export function writePage(results: readonly Result[], order: readonly Scenario[]): string {
    const sorted = order.flatMap(({ name }) => results.filter(({ scenario }) => scenario === name));
    const path = join(resultsFolder, "index.html");
    writeFileSync(path, page(sorted));
    return path;
}

/** The page as HTML, including Chart.js. */
export function page(results: readonly Result[]): string {
    const library = readFileSync(join(dirname(require.resolve("chart.js")), "chart.umd.min.js"), "utf8");
    const draw = readFileSync(join(__dirname, "drawCharts.js"), "utf8");
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>pulumi-confluent-flink: benchmarks</title>
<style>${readFileSync(join(__dirname, "page.css"), "utf8")}</style>
<main>
<h1>Benchmarks</h1>
<p>How fast and how cheap this package is, compared with its peers. Both sides of a ratio are measured in the same run. <code>npm run bench</code> writes this page.</p>
<p>${summary(results)}</p>
<nav>${results.map(({ scenario, title }) => `<a href="#${scenario}">${escapeHtml(title)}</a>`).join("")}</nav>
${results.map(section).join("\n")}
</main>
<script>${scriptText(library)}</script>
<script>const charts = ${scriptText(JSON.stringify(results.map(({ charts }) => charts)))};</script>
<script>${scriptText(draw)}</script>
</html>
`;
}

function summary(results: readonly Result[]): string {
    const limited = results.flatMap(({ figures }) => figures).filter(({ atMost }) => atMost !== undefined);
    const broken = limited.filter((figure) => !isWithinLimit(figure)).length;
    const kept = `<b class="kept">${limited.length - broken} limits kept</b>`;
    return broken === 0 ? `${kept}.` : `${kept}, <b class="broken">${broken} not kept</b>.`;
}

function section(result: Result, index: number): string {
    const { scenario, title, takenAt, machine, figures, charts, notes } = result;
    const engine = machine.pulumi === undefined ? "no pulumi" : `pulumi ${machine.pulumi}`;
    return `<section id="${scenario}">
<h2>${escapeHtml(title)}</h2>
<p class="taken">${takenAt.slice(0, 16).replace("T", " ")} UTC · Node ${machine.node} · ${engine} · ${escapeHtml(machine.hardware)} · load ${machine.load.join(" → ")}</p>
<div class="charts">${charts
        .map(
            (chart, i) =>
                `<figure><figcaption>${escapeHtml(chart.title)}</figcaption><div><canvas id="chart-${index}-${i}" role="img" aria-label="${escapeHtml(chart.title)}: the figures are in the table"></canvas></div></figure>`,
        )
        .join("")}</div>
${table(figures.filter(({ atMost }) => atMost !== undefined))}
<details><summary>All ${figures.length} figures</summary>${table(figures)}</details>
<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>
</section>`;
}

function table(figures: readonly Figure[]): string {
    if (figures.length === 0) return "";
    return `<div class="table"><table><thead><tr><th>Figure<th>Value<th>Range<th>Limit<th></tr></thead>
<tbody>${figures.map(row).join("\n")}</tbody></table></div>`;
}

function row(figure: Figure): string {
    const { name, unit, range, atMost, quotedFrom } = figure;
    const cells = [
        formatValue(figure),
        range ? range.map((value) => formatValue({ value, unit: "" })).join("–") : "",
        atMost === undefined ? "" : `≤ ${formatValue({ value: atMost, unit })}`,
    ];
    const judged = verdict(figure);
    return `<tr><td>${escapeHtml(name)}${cells.map((cell) => `<td>${cell}`).join("")}<td class="${judged === "NOT KEPT" ? "broken" : "kept"}"${quotedFrom ? ` title="${escapeHtml(quotedFrom)}"` : ""}>${judged}</tr>`;
}

function escapeHtml(text: string): string {
    return text.replace(
        /[&<>"]/g,
        (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] as string,
    );
}

/** Text that cannot end the script element early and does not make the browser load a source map. */
function scriptText(text: string): string {
    return text
        .replace(/^\/\/# sourceMappingURL=.*$/gm, "")
        .replace(/<\/(script)/gi, "<\\/$1")
        .replace(/<!--/g, "<\\!--");
}
