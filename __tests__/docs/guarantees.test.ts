// docs/guarantees.md names only existing tests and recordings, and names every test of the files that it refers to. Not proven
// here: that the sentences describe what the tests do.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const page = readFileSync(join(root, "docs", "guarantees.md"), "utf8");
const rows = page
    .split("\n")
    .filter((line) => /^\| .* \|$/.test(line) && !line.includes("| Test |"))
    .map((line) => line.split(" | "));
const named = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string);

const ownFile = "provider/guarantees";
const providerFiles = [
    "clocksAndLags",
    "globalKey",
    "publishedStates",
    "takenOver",
    "unprovenReplacement",
].map((name) => `provider/${name}`);
/** Of these, only the tests of what this page promises are named. */
const citedFiles = [
    "components/twoCopies",
    "provider/readiness",
    "provider/engine",
    "provider/keyExistence",
    "faults/killedProvider",
];
const engineFiles = [
    "adoptedByAnother",
    "continueOnError",
    "engineAlone",
    "halfFinished",
    "interrupted",
    "keysInUse",
    "replacement",
    "states",
].map((name) => `engine/${name}`);
const wholeFiles = [ownFile, ...providerFiles, ...engineFiles];
const titles = new Map([...wholeFiles, ...citedFiles].map((file) => [file, titlesOf(file)] as const));

/** The titles of a file's tests, including `it.each`. */
function titlesOf(file: string): string[] {
    const source = readFileSync(join(root, "__tests__", `${file}.test.ts`), "utf8");
    const calls = source.matchAll(/^ {4}it(?:\.each(?:<.*>)?\((?:[\s\S]*?)\))?\(\s*"((?:[^"\\]|\\.)+)"/gm);
    return [...calls].map((match) => match[1] as string);
}

/** Reads `engine/states: title` and `provider/clocksAndLags: title`. Without a file, the title is one of `ownFile`. */
function parse(test: string): { file: string; title: string } {
    const [, file, title] = /^((?:components|engine|faults|provider)\/\w+): (.*)$/.exec(test) ?? [];
    return file !== undefined && title !== undefined ? { file, title } : { file: ownFile, title: test };
}

describe("docs/guarantees.md", () => {
    it("has a row for each kind of operation", () => expect(rows.length).toBeGreaterThan(50));

    it.each(rows)("%s: names existing tests", (...cells) => {
        const tests = named(cells[2]);
        expect(tests).not.toEqual([]);
        for (const test of tests) {
            const { file, title } = parse(test);
            const found = titles.get(file)?.includes(title);
            expect([test, found]).toEqual([test, true]);
        }
    });

    it.each(rows)("%s: names existing recordings", (...cells) => {
        const folder = join(root, "__tests__", "engine", "recorded", "recordings");
        for (const name of named(cells[3])) {
            expect([name, existsSync(join(folder, `${name}.json`))]).toEqual([name, true]);
        }
    });

    it.each(wholeFiles)("names every test of %s", (file) => {
        const cited = rows.flatMap((cells) => named(cells[2])).map(parse);
        const own = titles.get(file) as string[];
        expect(own.length).toBeGreaterThan(2);
        const isCited = (title: string) => cited.some((one) => one.file === file && one.title === title);
        expect(own.filter((title) => !isCited(title))).toEqual([]);
    });
});
