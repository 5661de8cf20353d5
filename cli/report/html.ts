import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "./report";

/** The page's script and style, built by `page/bundle.js`. */
export interface PageBundle {
    readonly script: string;
    readonly style: string;
}

export interface HtmlPage {
    readonly html: string;
    /** For the HTTP header when the page is served. The page itself contains the same policy. */
    readonly contentSecurityPolicy: string;
}

/** Reads the bundle that `npm run build` writes next to the compiled command. */
export function readPageBundle(): PageBundle {
    // Next to the compiled file, or in dist/ when a test loads the source.
    const folders = [join(__dirname, "page"), join(__dirname, "..", "..", "dist", "cli", "report", "page")];
    const folder = folders.find((one) => existsSync(join(one, "page.js")));
    if (folder === undefined) throw new Error("The report's page has not been built: run npm run build.");
    return {
        script: readFileSync(join(folder, "page.js"), "utf8"),
        style: readFileSync(join(folder, "page.css"), "utf8"),
    };
}

/**
 * The report as one self-contained page. Its content security policy allows only its own script and style, and no
 * requests. With `refreshSeconds` (`--serve`) it may send requests to its own server.
 */
export function renderHtml(
    report: Report,
    { script, style }: PageBundle,
    refreshSeconds: number | null = null,
): HtmlPage {
    if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
        throw new Error(
            "The page's bundle contains text that would end its own element: build it with another version of esbuild.",
        );
    }
    const contentSecurityPolicy = [
        "default-src 'none'",
        `script-src '${hash(script)}'`,
        `style-src '${hash(style)}'`,
        // For the icon, which the browser would otherwise request.
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
<noscript><p>This page needs JavaScript to show the report. pulumi-confluent-flink report prints the same as a table, Markdown or JSON.</p></noscript>
<script type="application/json" id="data">${embed({ report, refreshSeconds })}</script>
<script>${script}</script>
</body>
</html>
`;
    return { html, contentSecurityPolicy };
}

/** JSON for a script element, escaped so that no text in it can end the element or a line. */
function embed(value: unknown): string {
    return JSON.stringify(value).replace(
        /[<>&\u2028\u2029]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

function hash(text: string): string {
    return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
