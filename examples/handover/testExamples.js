// npm run test:examples [-- kubernetes aws …]: packs this package, installs it into a copy of each example in a temporary
// folder, and runs the example's own test. Apart from npm test, for the Pulumi packages of the clouds are large.
const { execFileSync } = require("node:child_process");
const { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const root = join(__dirname, "..", "..");
const all = readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
const chosen = process.argv.slice(2).length > 0 ? process.argv.slice(2) : all;
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
    console.error(`test:examples: got ${unknown.join(", ")}, expected ${all.join(", ")}`);
    process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "confluent-flink-examples-"));
const run = (command, args, cwd) =>
    execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
try {
    const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
        cwd: root,
        encoding: "utf8",
    });
    const archive = join(folder, packed.trim().split("\n").at(-1));
    for (const name of chosen) {
        console.log(`\n== ${name}`);
        const copy = join(folder, name);
        cpSync(join(__dirname, name), copy, {
            recursive: true,
            filter: (path) => !/node_modules|\/bin$/.test(path),
        });
        const manifest = JSON.parse(readFileSync(join(copy, "package.json"), "utf8"));
        // In place of the registry's: the package as it is here.
        manifest.dependencies["pulumi-confluent-flink"] = `file:${archive}`;
        writeFileSync(join(copy, "package.json"), JSON.stringify(manifest));
        run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"], copy);
        run("npm", ["test"], copy);
        rmSync(copy, { recursive: true, force: true });
    }
} finally {
    rmSync(folder, { recursive: true, force: true });
}
