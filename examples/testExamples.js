// npm run test:examples [-- kubernetes statements …]: packs this package, installs it into a copy of each example in a
// temporary folder, and runs the example's tests. It is not part of npm test, because Pulumi's packages for the clouds are
// large downloads.
const { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { installExample, packPackage, run } = require("./installExample");

const handover = join(__dirname, "handover");
// The tests are in a folder of their own, so that a program's folder contains only what its user copies.
const tests = join(handover, "tests");

const handoverNames = readdirSync(handover, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "tests")
    .map(({ name }) => name);
const all = [...handoverNames, "statements"];
const chosen = process.argv.slice(2).length > 0 ? process.argv.slice(2) : all;
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
    console.error(`test:examples: got ${unknown.join(", ")}, expected ${all.join(", ")}`);
    process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "confluent-flink-examples-"));
try {
    const archive = packPackage(folder);
    for (const name of chosen) {
        console.log(`\n== ${name}`);
        const copy = join(folder, name);
        if (name === "statements") {
            installExample(join(__dirname, name), copy, archive);
            run("npm", ["test"], copy);
        } else {
            installExample(join(handover, name), copy, archive);
            testHandover(name, copy);
        }
        rmSync(copy, { recursive: true, force: true });
    }
} finally {
    rmSync(folder, { recursive: true, force: true });
}

function testHandover(name, copy) {
    // Its user has it without tests.
    run("npm", ["run", "build"], copy);
    for (const file of [`${name}.test.ts`, "testHandover.ts"])
        copyFileSync(join(tests, file), join(copy, file));
    const settings = { extends: "./tsconfig.json", files: ["index.ts", `${name}.test.ts`] };
    writeFileSync(join(copy, "tsconfig.test.json"), JSON.stringify(settings));
    run("npx", ["--no", "--", "tsc", "-p", "tsconfig.test.json"], copy);
    run("node", ["--test", `bin/${name}.test.js`], copy);
}
