/**
 * Bundles the report's page into dist, as part of `npm run build`: one script and one style sheet, which html.ts puts
 * into every page. The npm package contains the bundle, but not this file.
 */
const { join } = require("node:path");

/** @returns {Promise<{ script: string, style: string }>} */
async function bundlePage() {
    const { build } = require("esbuild");
    const { outputFiles } = await build({
        entryPoints: [join(__dirname, "main.tsx"), join(__dirname, "page.css")],
        outdir: "page",
        bundle: true,
        minify: true,
        write: false,
        format: "iife",
        target: "es2022",
        jsx: "automatic",
        jsxImportSource: "preact",
        charset: "utf8",
        legalComments: "none",
        tsconfigRaw: {},
    });
    const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text;
    return { script: text(".js"), style: text(".css") };
}

module.exports = { bundlePage };

if (require.main === module) {
    const { mkdirSync, writeFileSync } = require("node:fs");
    const folder = join(__dirname, "..", "..", "..", "dist", "cli", "report", "page");
    bundlePage().then(({ script, style }) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "page.js"), script);
        writeFileSync(join(folder, "page.css"), style);
    });
}
