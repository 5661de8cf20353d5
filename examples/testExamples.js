// npm run test:examples [-- kubernetes statements …]: packs this package, installs it into a copy of each example in a
// temporary folder, and runs the example's tests. Apart from npm test, for the Pulumi packages of the clouds are large.
const { execFileSync } = require("node:child_process");
const {
    copyFileSync,
    cpSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const root = join(__dirname, "..");
const handover = join(__dirname, "handover");
// A hand-over program holds nothing but what its user copies; its test, and what the tests share, stand in this folder.
const tests = join(handover, "tests");

const programs = readdirSync(handover, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "tests")
    .map(({ name }) => name);
const chosen = process.argv.slice(2).length > 0 ? process.argv.slice(2) : programs;
const unknown = chosen.filter((name) => !programs.includes(name));
if (unknown.length > 0) {
    console.error(`test:examples: got ${unknown.join(", ")}, expected ${programs.join(", ")}`);
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
        const copy = install(join(handover, name), join(folder, name), archive);
        // As it is for whoever copies it.
        run("npm", ["run", "build"], copy);
        for (const file of [`${name}.test.ts`, "programUnderMocks.ts"])
            copyFileSync(join(tests, file), join(copy, file));
        const settings = { extends: "./tsconfig.json", files: ["index.ts", `${name}.test.ts`] };
        writeFileSync(join(copy, "tsconfig.test.json"), JSON.stringify(settings));
        run("npx", ["--no", "--", "tsc", "-p", "tsconfig.test.json"], copy);
        run("node", ["--test", `bin/${name}.test.js`], copy);
        rmSync(copy, { recursive: true, force: true });
    }
} finally {
    rmSync(folder, { recursive: true, force: true });
}

/** A copy of the example with the package as it is here in place of the registry's. */
function install(example, copy, archive) {
    cpSync(example, copy, { recursive: true, filter: (path) => !/node_modules|\/bin$/.test(path) });
    const manifest = JSON.parse(readFileSync(join(copy, "package.json"), "utf8"));
    manifest.dependencies["pulumi-confluent-flink"] = `file:${archive}`;
    writeFileSync(join(copy, "package.json"), JSON.stringify(manifest));
    run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"], copy);
    return copy;
}
