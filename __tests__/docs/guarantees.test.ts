// docs/guarantees.md names tests and recordings that exist, and leaves no test of the page's own file out. Not proven here:
// that the sentences say what the tests do.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const page = readFileSync(join(root, "docs", "guarantees.md"), "utf8");
const tests = readFileSync(join(root, "__tests__", "provider", "guarantees.test.ts"), "utf8");
const rows = page
    .split("\n")
    .filter((line) => /^\| .* \|$/.test(line) && !line.includes("| Test |"))
    .map((line) => line.split(" | "));
const named = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string);

describe("docs/guarantees.md", () => {
    it("has a row for each kind of operation", () => expect(rows.length).toBeGreaterThan(25));

    it.each(rows)("%s: is held by a test that exists", (...cells) => {
        const titles = named(cells[2]);
        expect(titles).toHaveLength(1);
        for (const title of titles) expect(tests).toContain(title);
    });

    it.each(rows)("%s: names recordings that exist", (...cells) => {
        const folder = join(root, "__tests__", "engine", "recorded", "recordings");
        for (const name of named(cells[3])) {
            expect([name, existsSync(join(folder, `${name}.json`))]).toEqual([name, true]);
        }
    });

    it("names every test of its file", () => {
        const titles = [...tests.matchAll(/\bit\(\s*"([^"]+)"/g)].map((match) => match[1] as string);
        expect(titles.length).toBeGreaterThan(20);
        expect(titles.filter((title) => !page.includes(title))).toEqual([]);
    });
});
