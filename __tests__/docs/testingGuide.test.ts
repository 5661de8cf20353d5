// Runs the programs and tests of docs/guides/testing.md in a consumer's project with the packed package: with node:test and jest, as
// CommonJS and as ES modules, and with a real engine. Not proven here: vitest, which `npm run test:runners` installs and runs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findEngine } from "../../demo/engineDeployment";
import { Consumer } from "../package/consumer";
import { codeBlocks } from "./codeBlocks";

jest.setTimeout(240_000);

const root = join(__dirname, "..", "..");
const files = codeBlocks(readFileSync(join(root, "docs/guides/testing.md"), "utf8")).flatMap(({ text }) => {
    const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
    return name === undefined ? [] : [{ name, text }];
});
const modes = ["commonjs", "modules"] as const;
const jestCommand = [
    "--experimental-vm-modules",
    "--no-warnings",
    require.resolve("jest/bin/jest"),
    "--maxWorkers=1",
    "--watchman=false",
    "--ci",
];

/** Settings of Pulumi's own TypeScript template. They find types without `exports` of package.json. */
const pulumiTemplate = { module: "commonjs", moduleResolution: "node", ignoreDeprecations: "6.0" };

let consumer: Consumer;

beforeAll(async () => {
    consumer = await Consumer.install();
    for (const name of ["jest", "@types/jest", "@jest/globals"]) consumer.link(name);
    const emulator = JSON.stringify(join(root, "dist", "emulator", "index"));
    const folder = "node_modules/confluent-cloud-emulator";
    consumer.write(`${folder}/package.json`, JSON.stringify({ main: "index.js", types: "index.d.ts" }));
    consumer.write(`${folder}/index.js`, `exports.startEmulator = require(${emulator}).startEmulator;`);
    consumer.write(`${folder}/index.d.ts`, `export * from ${emulator};`);
    for (const mode of [...modes, "wrong"]) {
        const isModules = mode === "modules";
        consumer.write(
            `${mode}/package.json`,
            JSON.stringify({
                name: "orders",
                private: true,
                main: "bin/index.js",
                ...(isModules && { type: "module" }),
            }),
        );
        consumer.write(
            `${mode}/tsconfig.json`,
            JSON.stringify({
                compilerOptions: {
                    strict: true,
                    outDir: "bin",
                    target: "es2022",
                    ...(isModules ? { module: "nodenext" } : pulumiTemplate),
                    types: ["node", "jest"],
                    skipLibCheck: true,
                },
            }),
        );
        consumer.write(`${mode}/Pulumi.yaml`, "name: project\nruntime: nodejs\nmain: bin/index.js\n");
        for (const { name, text } of files) {
            if (mode === "wrong" && !name.startsWith("index.")) continue;
            const loaded = isModules ? text.replace('"./index"', '"./index.js"') : text;
            const granted = mode === "wrong" ? "OrganizationAdmin" : "FlinkDeveloper";
            consumer.write(
                `${mode}/${name}`,
                name === "index.ts" ? loaded.replace("FlinkDeveloper", granted) : loaded,
            );
        }
        await consumer.compile(mode);
    }
});

afterAll(() => consumer?.remove());

describe("docs/guides/testing.md", () => {
    it("shows these files", () => {
        expect(files.map(({ name }) => name)).toEqual([
            "index.ts",
            "index.test.ts",
            "mistakes.test.ts",
            "handover.test.ts",
            "emulator.test.ts",
            "deploy.test.ts",
        ]);
    });

    it.each(modes)("has tests with mocks and emulator that pass under jest, as %s", async (mode) => {
        const said = await jestIn(mode, "index", "mistakes", "emulator");
        expect(said).toMatchObject({ numPassedTests: 4, numFailedTests: 0 });
    });

    it.each(modes)("has a test that passes under node:test, as %s", async (mode) => {
        const said = await consumer.nodeIn(mode, {}, "--test", "--test-reporter=tap", "bin/handover.test.js");
        expect(said).toMatch(/^# pass 1$/m);
        expect(said).toMatch(/^# fail 0$/m);
    });

    it("has a test that fails if the program grants too much", async () => {
        await expect(jestIn("wrong", "index")).rejects.toThrow("OrganizationAdmin");
    });

    const engine = findEngine();
    if ("missing" in engine)
        process.stdout.write(`Skipped: the guide's test with the engine: ${engine.missing}.\n`);
    ("missing" in engine ? it.skip : it)("has a test that passes under a real engine", async () => {
        expect(await jestIn("commonjs", "deploy")).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
    });
});

/** Runs tests by name. Returns the results of jest. */
async function jestIn(mode: string, ...names: string[]): Promise<object> {
    const tests = names.map((name) => `bin/${name}.test.js`);
    const out = await consumer.nodeIn(mode, {}, ...jestCommand, "--json", "--rootDir=.", ...tests);
    return JSON.parse(out);
}
