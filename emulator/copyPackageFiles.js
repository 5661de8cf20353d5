/**
 * Completes dist/emulator, the compiled emulator, to the package confluent-cloud-emulator: adds package.json, README and
 * LICENSE. `npm pack ./dist/emulator` then packs it. Both packages are released together, so the version and the links to the
 * source and its issues come from the repository's package.json.
 */
const { copyFileSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const compiled = join(root, "dist", "emulator");
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const { version, homepage, bugs, ...whole } = read(join(root, "package.json"));
// Relative links of the README start in the folder emulator/.
const repository = whole.repository && { ...whole.repository, directory: "emulator" };
const { name, ...rest } = read(join(__dirname, "package.json"));
// Set only here: index.js exists only in the compiled folder, and Node warns about a `main` that does not exist.
const main = "index.js";
writeFileSync(
    join(compiled, "package.json"),
    `${JSON.stringify({ name, version, homepage, bugs, repository, main, ...rest }, undefined, 4)}\n`,
);
copyFileSync(join(__dirname, "README.md"), join(compiled, "README.md"));
copyFileSync(join(root, "LICENSE"), join(compiled, "LICENSE"));
