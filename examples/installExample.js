const { execFileSync } = require("node:child_process");
const { cpSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");

/** Runs a command and prints its output. Throws if it fails. */
function run(command, args, cwd) {
    execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
}

/** Packs this package like npm for publishing. Returns the path of the archive in `folder`. */
function packPackage(folder) {
    const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
    const packed = execFileSync("npm", args, { cwd: root, encoding: "utf8" });
    return join(folder, packed.trim().split("\n").at(-1));
}

/**
 * Copies an example to `copy` and installs it like a user, with the packed package instead of the one from the registry.
 * `versions` fixes the versions of other packages: `{ "@pulumi/confluentcloud": "2.82.0" }`.
 */
function installExample(example, copy, archive, versions = {}) {
    cpSync(example, copy, { recursive: true, filter: (path) => !/node_modules|\/bin$/.test(path) });
    const manifest = JSON.parse(readFileSync(join(copy, "package.json"), "utf8"));
    Object.assign(manifest.dependencies, versions, { "pulumi-confluent-flink": `file:${archive}` });
    writeFileSync(join(copy, "package.json"), JSON.stringify(manifest));
    run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"], copy);
}

module.exports = { installExample, packPackage, run };
