// Runs the programs and tests of docs/guides/testing.md in a consumer's project with the packed package: with node:test and jest, as
// CommonJS and as ES modules, and with a real engine. Not proven here: vitest, which `npm run test:runners` installs and runs, and
// types as CommonJS finds them (package.test.ts).
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { findEngine } from "../../demo/engineDeployment";
import { Consumer } from "../package/consumer";
import { sampleOf } from "../sample";
import { codeBlocks } from "./codeBlocks";

jest.setTimeout(240_000);

const root = join(__dirname, "..", "..");
const files = codeBlocks(readFileSync(join(root, "docs/guides/testing.md"), "utf8")).flatMap(({ text }) => {
    const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
    return name === undefined ? [] : [{ name, text }];
});
const engine = findEngine();
// The engine runs the program that is CommonJS.
const modes = sampleOf(["commonjs", "modules"] as const, "missing" in engine ? 1 : 2);
const { moduleNameMapper } = require("../../jest.config.js") as { moduleNameMapper: Record<string, string> };
/** What this repository's own tests do not load either (notLoaded.js). */
const notLoaded = Object.fromEntries(
    Object.entries(moduleNameMapper).filter(([, path]) => path.endsWith("notLoaded.js")),
);
const jestCommand = [
    "--experimental-vm-modules",
    "--no-warnings",
    require.resolve("jest/bin/jest"),
    "--maxWorkers=1",
    "--watchman=false",
    "--ci",
    `--moduleNameMapper=${JSON.stringify(notLoaded).replaceAll("<rootDir>", root)}`,
];

let consumer: Consumer;

beforeAll(async () => {
    consumer = await Consumer.install();
    for (const name of ["jest", "@types/jest", "@jest/globals"]) consumer.link(name);
    const emulator = JSON.stringify(join(root, "dist", "emulator", "index"));
    const folder = "node_modules/confluent-cloud-emulator";
    consumer.write(`${folder}/package.json`, JSON.stringify({ main: "index.js", types: "index.d.ts" }));
    consumer.write(`${folder}/index.js`, `exports.startEmulator = require(${emulator}).startEmulator;`);
    consumer.write(`${folder}/index.d.ts`, `export * from ${emulator};`);
    consumer.write("package.json", "{}");
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
        consumer.write(`${mode}/Pulumi.yaml`, "name: project\nruntime: nodejs\nmain: bin/index.js\n");
        for (const { name, text } of files) {
            if (mode === "wrong" && !name.startsWith("index.")) continue;
            const loaded = isModules ? text.replace('"./index"', '"./index.js"') : text;
            if (isModules) consumer.write(`${mode}/${name}`, loaded);
            else {
                const program = mode === "wrong" ? text.replace("FlinkDeveloper", "OrganizationAdmin") : text;
                const { outputText } = ts.transpileModule(name === "index.ts" ? program : text, {
                    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
                });
                consumer.write(`${mode}/bin/${name.replace(/ts$/, "js")}`, outputText);
            }
        }
    }
    consumer.write(
        "modules/tsconfig.json",
        JSON.stringify({
            compilerOptions: {
                strict: true,
                outDir: "bin",
                target: "es2022",
                module: "nodenext",
                types: ["node", "jest"],
                skipLibCheck: true,
            },
        }),
    );
    if (modes.includes("modules")) consumer.compile("modules");
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

    it("has tests with mocks and emulator that pass under jest, in each mode, and one that fails if the program grants too much", async () => {
        const passing = modes.flatMap((mode) =>
            ["index", "mistakes", "emulator"].map((name) => [mode, name] as const),
        );
        const said = await jestOn(".", ...passing, ["wrong", "index"]);
        const results = said.testResults.map(({ name, status }) => [
            name.split("/").at(-3),
            basename(name),
            status,
        ]);
        expect(results.sort()).toEqual(
            [
                ...passing.map(([mode, name]) => [mode, `${name}.test.js`, "passed"]),
                ["wrong", "index.test.js", "failed"],
            ].sort(),
        );
        expect(said).toMatchObject({ numPassedTests: 4 * modes.length });
        expect(said.testResults.map(({ message }) => message).join()).toContain("OrganizationAdmin");
    });

    it.each(modes)("has a test that passes under node:test, as %s", async (mode) => {
        const said = await consumer.nodeIn(mode, {}, "--test", "--test-reporter=tap", "bin/handover.test.js");
        expect(said).toMatch(/^# pass 1$/m);
        expect(said).toMatch(/^# fail 0$/m);
    });

    if ("missing" in engine)
        process.stdout.write(`Skipped: the guide's test with the engine: ${engine.missing}.\n`);
    ("missing" in engine ? it.skip : it)("has a test that passes under a real engine", async () => {
        expect(await jestOn("commonjs", [".", "deploy"])).toMatchObject({
            numPassedTests: 1,
            numFailedTests: 0,
        });
    });
});

interface JestResult {
    readonly testResults: readonly {
        readonly name: string;
        readonly status: string;
        readonly message: string;
    }[];
}

/** Runs tests, each named by its folder's mode and its file, in a folder. Returns the results of jest. */
async function jestOn(
    folder: string,
    ...tests: readonly (readonly [mode: string, name: string])[]
): Promise<JestResult> {
    const files = tests.map(([mode, name]) => join(mode, "bin", `${name}.test.js`));
    const args = [...jestCommand, "--json", "--outputFile=results.json", "--rootDir=.", ...files];
    const ended = await consumer.nodeIn(folder, {}, ...args).catch((error: unknown) => error);
    const results = join(consumer.folder, folder, "results.json");
    // Jest fails if a test does.
    if (!existsSync(results)) throw ended;
    return JSON.parse(readFileSync(results, "utf8"));
}
