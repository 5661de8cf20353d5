import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "./report";

/** The page's code, as `page/bundle.js` makes it. */
export interface PageBundle {
    readonly script: string;
    readonly style: string;
}

export interface HtmlPage {
    readonly html: string;
    /** For the header of this name, where the page is served; the page says the same of itself. */
    readonly contentSecurityPolicy: string;
}

/** The bundle that `npm run build` put beside the compiled command. */
export function readPageBundle(): PageBundle {
    // The compiled file lies beside it; the source, as a test loads it, three folders away.
    const folders = [join(__dirname, "page"), join(__dirname, "..", "..", "dist", "cli", "report", "page")];
    const folder = folders.find((one) => existsSync(join(one, "page.js")));
    if (folder === undefined) throw new Error("The report's page has not been built: run npm run build.");
    return {
        script: readFileSync(join(folder, "page.js"), "utf8"),
        style: readFileSync(join(folder, "page.css"), "utf8"),
    };
}

/**
 * The report as one page that needs nothing else. Its policy lets its own script and style run and nothing more, and no
 * request leave it; with `refreshSeconds`, under `--serve`, it may ask where it came from.
 */
export function renderHtml(
    report: Report,
    { script, style }: PageBundle,
    refreshSeconds: number | null = null,
): HtmlPage {
    if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
        throw new Error("The page's bundle would end its own element; build it again with another esbuild.");
    }
    const contentSecurityPolicy = [
        "default-src 'none'",
        `script-src '${hash(script)}'`,
        `style-src '${hash(style)}'`,
        // The icon, which would otherwise be asked for.
        "img-src data:",
        refreshSeconds === null ? "connect-src 'none'" : "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ].join("; ");
    const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Flink API keys</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript><p>This page shows its report by a script of its own. The same is in the table, Markdown and JSON that confluent-flink report prints.</p></noscript>
<script type="application/json" id="data">${embed({ report, refreshSeconds })}</script>
<script>${script}</script>
</body>
</html>
`;
    return { html, contentSecurityPolicy };
}

/** JSON that can stand in a script element: whatever a name holds, it neither ends the element nor a line. */
function embed(value: unknown): string {
    return JSON.stringify(value).replace(
        /[<>&\u2028\u2029]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

function hash(text: string): string {
    return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
