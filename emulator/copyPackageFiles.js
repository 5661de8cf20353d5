/**
 * Makes the compiled emulator, dist/emulator, the package confluent-cloud-emulator: puts beside it what tsc does not write.
 * `npm pack ./dist/emulator` then packs it. Both packages are of one release, so the version, and where the source and its
 * issues are, come from the repository's own package.json.
 */
const { copyFileSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const compiled = join(root, "dist", "emulator");
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const { version, homepage, bugs, ...whole } = read(join(root, "package.json"));
// Links of its README start in its own folder.
const repository = whole.repository && { ...whole.repository, directory: "emulator" };
const { name, ...rest } = read(join(__dirname, "package.json"));
// Only the compiled folder has this file. In the source folder, Node would warn of a `main` that it does not find.
const main = "index.js";
writeFileSync(
    join(compiled, "package.json"),
    `${JSON.stringify({ name, version, homepage, bugs, repository, main, ...rest }, undefined, 4)}\n`,
);
copyFileSync(join(__dirname, "README.md"), join(compiled, "README.md"));
copyFileSync(join(root, "LICENSE"), join(compiled, "LICENSE"));
