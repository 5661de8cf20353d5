// The plugin as GitHub releases have it: `node plugin/bundle.mjs FOLDER`, after `npm run build`. FOLDER gets one archive for each
// platform that Pulumi knows, all with the same two scripts in them, the schema, and the checksums. The machine that runs it needs
// Node.js and nothing else.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
    chmodSync,
    copyFileSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const name = "pulumi-resource-confluent-flink";
const platforms = ["darwin", "linux", "windows"].flatMap((os) =>
    ["amd64", "arm64"].map((architecture) => ({ os, architecture })),
);

/** Says in one line what is missing, which `#!/usr/bin/env node` would not. */
const launcher = `#!/bin/sh
if ! command -v node >/dev/null 2>&1; then
    echo "${name}: got no node on the PATH, expected Node.js 20 or newer: https://nodejs.org" >&2
    exit 1
fi
exec node "$(dirname "$0")/main.js" "$@"
`;
const windowsLauncher = `@echo off\r
where node >nul 2>nul\r
if errorlevel 1 (\r
    echo ${name}: got no node on the PATH, expected Node.js 20 or newer: https://nodejs.org 1>&2\r
    exit /b 1\r
)\r
node "%~dp0main.js" %*\r
`;

/** The SDK loads a compiler for functions that a program passes to the engine as code. The plugin passes none. */
const withoutTypeScript = {
    name: "without TypeScript",
    setup(bundle) {
        const filter = /\/typescript-shim$/;
        bundle.onResolve({ filter }, ({ path }) => ({ path, namespace: "empty" }));
        bundle.onLoad({ filter, namespace: "empty" }, () => ({ contents: "module.exports = {};" }));
    },
};

/** Writes the scripts into `folder`. Those for components are apart: a process that only serves keys does not read them. */
export async function bundlePlugin(folder) {
    mkdirSync(folder, { recursive: true });
    await build({
        entryPoints: ["main", "start", "componentCalls"].map((file) =>
            join(root, "dist", "plugin", `${file}.js`),
        ),
        outdir: folder,
        bundle: true,
        minify: true,
        // The SDK compares classes by their names.
        keepNames: true,
        platform: "node",
        target: "node20",
        legalComments: "linked",
        logLevel: "error",
        logOverride: { "require-resolve-not-external": "silent" },
        // Each is a file of its own.
        external: ["./start", "./componentCalls"],
        plugins: [withoutTypeScript],
    });
    writeFileSync(join(folder, name), launcher);
    chmodSync(join(folder, name), 0o755);
    writeFileSync(join(folder, `${name}.cmd`), windowsLauncher);
    copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
}

/** Writes the archives, the schema and the checksums into `folder`. */
async function bundleRelease(folder) {
    mkdirSync(folder, { recursive: true });
    const scripts = mkdtempSync(join(tmpdir(), "confluent-flink-plugin-"));
    chmodSync(scripts, 0o755);
    await bundlePlugin(scripts);
    const { version } = require("./schema.json");
    copyFileSync(join(root, "plugin", "schema.json"), join(folder, "schema.json"));
    const files = ["schema.json"];
    for (const { os, architecture } of platforms) {
        const file = `${name}-v${version}-${os}-${architecture}.tar.gz`;
        // Alike in every build: no times, no users.
        const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
        execFileSync("tar", [
            ...same,
            "--use-compress-program=gzip -n",
            "-cf",
            join(folder, file),
            "-C",
            scripts,
            ".",
        ]);
        files.push(file);
    }
    rmSync(scripts, { recursive: true });
    const sum = (file) =>
        createHash("sha256")
            .update(readFileSync(join(folder, file)))
            .digest("hex");
    writeFileSync(join(folder, "SHA256SUMS"), files.map((file) => `${sum(file)}  ${file}\n`).join(""));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [folder] = process.argv.slice(2);
    if (folder === undefined) {
        process.stderr.write("Usage: node plugin/bundle.mjs FOLDER\n");
        process.exitCode = 2;
    } else await bundleRelease(resolve(folder));
}
