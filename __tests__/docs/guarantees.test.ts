// The rows of docs/guarantees.md and the titles of tests have the same ids. Not proven here: that a row says what its tests do.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const page = readFileSync(join(root, "docs", "guarantees.md"), "utf8");
const rows = [...page.matchAll(/^\| (G\d+) \| /gm)].map((match) => match[1] as string);

/** Each test of these files has an id. In others, those that a row of the page needs. */
const wholeFiles = [
    "engine/adoptedByAnother",
    "engine/continueOnError",
    "engine/engineAlone",
    "engine/globalKey",
    "engine/halfFinished",
    "engine/interrupted",
    "engine/keysInUse",
    "engine/movingToPlugin",
    "engine/replacement",
    "engine/states",
    "provider/clocksAndLags",
    "provider/globalKey",
    "provider/guarantees",
    "provider/publishedStates",
    "provider/takenOver",
    "provider/unprovenReplacement",
];

const sourceOf = (file: string) => readFileSync(join(root, "__tests__", file), "utf8");

/** The titles of a file's tests, including `it.each`. */
function titlesOf(file: string): string[] {
    const calls = sourceOf(`${file}.test.ts`).matchAll(
        /^ {4}it(?:\.each(?:<.*>)?\((?:[\s\S]*?)\))?\(\s*"((?:[^"\\]|\\.)+)"/gm,
    );
    return [...calls].map((match) => match[1] as string);
}

describe("docs/guarantees.md", () => {
    it("has a row for each kind of operation, with ids in order", () => {
        expect(rows.length).toBeGreaterThan(50);
        expect(rows).toEqual(rows.map((_, index) => `G${index + 1}`));
    });

    it("has the ids that the titles of tests have", () => {
        const files = readdirSync(join(root, "__tests__"), { recursive: true, encoding: "utf8" });
        const used = files
            .filter((file) => file.endsWith(".test.ts"))
            .flatMap((file) => [...sourceOf(file).matchAll(/"(G\d+): /g)]);
        expect([...new Set(used.map((match) => match[1]))].sort()).toEqual([...rows].sort());
    });

    it.each(wholeFiles)("has a row for each test of %s", (file) => {
        const titles = titlesOf(file);
        expect(titles.length).toBeGreaterThan(2);
        expect(titles.filter((title) => !/^G\d+: /.test(title))).toEqual([]);
    });
});
