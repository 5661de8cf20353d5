/**
 * The imports between folders, held against the table in CONTRIBUTING.md. The compiler's scanner finds them, also types alone and
 * `require("../index")`. Not proven here: that no import is circular (`npm run lint`).
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { preProcessFile } from "typescript";

/** A row of the table. */
interface Rule {
    readonly folders: readonly string[];
    /** Folders whose every file may be imported. */
    readonly whole: readonly string[];
    /** Folders of which only files that load nothing may be imported. */
    readonly wordsOf: readonly string[];
    /** Modules of `@pulumi`, or all of them. */
    readonly ofPulumi: readonly string[] | "any";
}

/** What the words may load. */
const packagesOfWords = ["ms"];

const rules = readRules(readFileSync("CONTRIBUTING.md", "utf8"));
const sources = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
})
    .split("\n")
    .filter((file) => /\.(ts|tsx|js|mjs)$/.test(file) && existsSync(file))
    .filter((file) => !file.startsWith("__tests__/") && !/^[\w.]+\.m?js$/.test(file));

function readRules(markdown: string): Rule[] {
    const [, table = ""] = /\| Folder \|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(markdown) ?? [];
    return table
        .trim()
        .split("\n")
        .map((row) => {
            const [, folder = "", , imports = "", pulumi = ""] = row.split("|").map((cell) => cell.trim());
            const ofPulumi = pulumi === "any" ? "any" : quoted(pulumi);
            const words = imports.startsWith("words of");
            return {
                folders: quoted(folder),
                whole: words ? [] : quoted(imports),
                wordsOf: words ? quoted(imports) : [],
                ofPulumi,
            };
        });
}

/** `["confluent", "program"]` of "`confluent`, `program/`". */
function quoted(cell: string): string[] {
    return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => (name as string).replace(/\/$/, ""));
}

/** What breaks the rules in a file with this text. */
function complaints(file: string, text: string, load = readSource): string[] {
    const own = folderOf(file);
    const rule = rules.find(({ folders }) => folders.includes(own));
    if (rule === undefined) return [`${file}: CONTRIBUTING.md's table has no row for ${own}`];
    return importsOf(file, text).flatMap(({ name, isFile }) => {
        const mayLoad = isFile
            ? [own, ...rule.whole].includes(folderOf(name))
            : !name.startsWith("@pulumi/") || rule.ofPulumi === "any" || rule.ofPulumi.includes(name);
        if (mayLoad) return [];
        if (!isFile || !rule.wordsOf.includes(folderOf(name))) return [`${file}: imports ${name}`];
        const heavy = packagesLoadedBy(name, load).filter((loaded) => !packagesOfWords.includes(loaded));
        return heavy.length === 0 ? [] : [`${file}: imports ${name}, which loads ${heavy.join(", ")}`];
    });
}

/** What a file imports. Files have their path from the repository's root. */
function importsOf(file: string, text: string): { name: string; isFile: boolean }[] {
    return preProcessFile(text, true, true).importedFiles.map(({ fileName: name }) =>
        name.startsWith(".")
            ? { name: sourceOf(normalize(join(dirname(file), name))), isFile: true }
            : { name, isFile: false },
    );
}

/** The packages that a file loads, directly or through other files. A file that does not exist counts as one. */
function packagesLoadedBy(file: string, load: typeof readSource, seen = new Set<string>()): string[] {
    if (seen.has(file)) return [];
    seen.add(file);
    const text = load(file);
    if (text === undefined) return [file];
    return importsOf(file, text).flatMap(({ name, isFile }) =>
        isFile ? packagesLoadedBy(name, load, seen) : [name],
    );
}

function readSource(file: string): string | undefined {
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** The file that a path without extension names: `components` is `components/index.ts`. */
function sourceOf(path: string): string {
    if (/\.(tsx?|js|json)$/.test(path)) return path;
    return (
        [`${path}.ts`, `${path}.tsx`, join(path, "index.ts")].find((file) => existsSync(file)) ?? `${path}.ts`
    );
}

function folderOf(path: string): string {
    return path.split("/")[0] as string;
}

const refused = [
    ["emulator/sql/one.ts", "../../confluent/secret"],
    ["emulator/two.ts", "@pulumi/pulumi"],
    ["confluent/three.ts", "../provider/tag"],
    ["confluent/four.ts", "@pulumi/pulumi"],
    ["provider/five.ts", "../components/flinkApiKey"],
    ["provider/six.ts", "@pulumi/pulumi"],
    ["components/seven.ts", "../provider"],
    ["components/eight.ts", "../confluent/confluentApi"],
    ["cli/report/nine.ts", "../../emulator"],
    ["demo/ten.ts", "../provider/tag"],
    ["index.ts", "./provider"],
    ["policy/twelve.ts", "../components"],
    ["components/thirteen.ts", "../index"],
    ["program/sixteen.ts", "../index"],
    ["plugin/fourteen.ts", "../program/checkStackConfig"],
    ["nowhere/fifteen.ts", "../confluent/crn"],
] as const;

const allowed = [
    ["emulator/sql/a.ts", "../crn"],
    ["emulator/b.ts", "./sql/query"],
    ["provider/c.ts", "../confluent/secret"],
    ["provider/d.ts", "@pulumi/pulumi/proto/engine_grpc_pb"],
    ["cli/report/e.ts", "../../program/checkStackConfig"],
    ["demo/f.ts", "../emulator"],
    ["components/g.ts", "@pulumi/pulumi"],
    ["components/h.ts", "../confluent/flinkScope"],
    ["plugin/j.ts", "../provider"],
] as const;

const forms = [
    (name: string) => `import "${name}";`,
    (name: string) => `import type { A } from "${name}";`,
    (name: string) => `const a = require("${name}");`,
    (name: string) => `await import("${name}");`,
    (name: string) => `export * from "${name}";`,
];

describe("the table of imports", () => {
    it("has a row for each folder with code", () => {
        const folders = [...new Set(sources.map(folderOf))];
        const rows = rules.flatMap((rule) => rule.folders);
        expect(folders.filter((folder) => !rows.includes(folder))).toEqual([]);
    });

    it.each(refused)("keeps %s from importing %s", (file, name) => {
        for (const form of forms) expect(complaints(file, form(name))).toHaveLength(1);
    });

    it.each(allowed)("lets %s import %s", (file, name) => {
        for (const form of forms) expect(complaints(file, form(name))).toEqual([]);
    });

    it("keeps components from a word that loads more through another file", () => {
        const files: Record<string, string> = {
            "confluent/clouds.ts": 'import "./duration";',
            "confluent/duration.ts": 'import "axios";',
        };
        const text = 'import "../confluent/clouds";';
        expect(complaints("components/one.ts", text, (file) => files[file])).toEqual([
            "components/one.ts: imports confluent/clouds.ts, which loads axios",
        ]);
    });
});

describe("the sources", () => {
    it("follow the table", () => {
        expect(sources.length).toBeGreaterThan(300);
        expect(sources.flatMap((file) => complaints(file, readFileSync(file, "utf8")))).toEqual([]);
    });
});
