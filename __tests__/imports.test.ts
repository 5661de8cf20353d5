/**
 * The rules in biome.json for imports between folders (CONTRIBUTING.md): that they report what they should. Not proven
 * here: that the repository follows them (`npm run lint`).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const refused = [
    ["emulator/sql/one.ts", "../../confluent/secret"],
    ["emulator/two.ts", "@pulumi/pulumi"],
    ["confluent/three.ts", "../provider/tag"],
    ["confluent/four.ts", "@pulumi/pulumi"],
    ["provider/five.ts", "../components/flinkApiKey"],
    ["provider/six.ts", "@pulumi/pulumi"],
    ["components/seven.ts", "../provider"],
    ["components/eight.ts", "../confluent/secret"],
    ["cli/report/nine.ts", "../../emulator"],
    ["demo/ten.ts", "../provider/tag"],
    ["index.ts", "./provider"],
    ["policy/twelve.ts", "../components"],
] as const;

const allowed = [
    ["emulator/sql/a.ts", "../crn"],
    ["emulator/b.ts", "./sql/query"],
    ["provider/c.ts", "../confluent/secret"],
    ["provider/d.ts", "@pulumi/pulumi/proto/engine_grpc_pb"],
    ["cli/report/e.ts", "../../program/checkStackConfig"],
    ["demo/f.ts", "../emulator"],
    ["components/g.ts", "@pulumi/pulumi"],
    ["program/h.ts", "../components"],
] as const;

describe("biome.json", () => {
    let folder: string;
    let output: string;

    beforeAll(() => {
        folder = mkdtempSync(join(tmpdir(), "imports-"));
        const { linter, overrides } = JSON.parse(readFileSync("biome.json", "utf8"));
        const files = {
            "biome.json": JSON.stringify({ linter, overrides }),
            "emulator/circleA.ts": 'import type { B } from "./circleB";\nexport interface A { b: B }\n',
            "emulator/circleB.ts": 'import type { A } from "./circleA";\nexport interface B { a: A }\n',
            ...Object.fromEntries(
                [...refused, ...allowed].map(([file, name]) => [file, `import "${name}";\n`]),
            ),
        };
        for (const [file, text] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, file)), { recursive: true });
            writeFileSync(join(folder, file), text);
        }
        const biome = require.resolve("@biomejs/biome/bin/biome");
        const args = ["lint", "--colors=off", "--reporter=github", "--max-diagnostics=none", "."];
        output = spawnSync(process.execPath, [biome, ...args], { cwd: folder, encoding: "utf8" }).stdout;
    });

    afterAll(() => rmSync(folder, { recursive: true }));

    function complaints(file: string): string[] {
        return output.split("\n").filter((line) => line.includes(`${join(folder, file)},`));
    }

    it.each(refused)("keeps %s from importing %s", (file) => {
        expect(complaints(file).join()).toContain("noRestrictedImports");
    });

    it.each(allowed)("lets %s import %s", (file) => {
        expect(complaints(file)).toEqual([]);
    });

    it("finds a circle of imports, also one of types alone", () => {
        expect(complaints("emulator/circleA.ts").join()).toContain("noImportCycles");
        expect(complaints("emulator/circleB.ts").join()).toContain("noImportCycles");
    });
});
