// The register of assumptions is complete, its page is up to date, and the files that it names exist. Not proven here: that the
// assumptions are true (`pulumi-confluent-flink conformance` checks that on the service), or that the files rely on them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assumptions } from "../../cli/conformance/assumptions";
import { assumptionsPage } from "../../docs/register/assumptionsPage";

const root = join(__dirname, "..", "..");

describe("the register of assumptions", () => {
    it("is the same as docs/assumptions.md (npm run assumptions)", () => {
        expect(readFileSync(join(root, "docs", "assumptions.md"), "utf8")).toBe(assumptionsPage());
    });

    it("has every id once, in kebab case", () => {
        const ids = assumptions.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)+$/.test(id))).toEqual([]);
    });

    it.each(assumptions)("$id has a source, files that use it, and what goes wrong if it is false", (one) => {
        expect(one.statement.length).toBeGreaterThan(20);
        expect(one.source).not.toBe("");
        expect(one.otherwise).toMatch(/\.$/);
        expect(one.dependsOn.length).toBeGreaterThan(0);
        for (const file of one.dependsOn) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
        const named = [
            ...`${one.source} ${one.otherwise}`.matchAll(
                /\b(?:__tests__|provider|confluent|components|cli|docs)\/[\w./-]+\.\w+/g,
            ),
        ];
        for (const [file] of named) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
    });

    it("has a date for every check on the service", () => {
        for (const { seen } of assumptions) {
            if (seen !== undefined) expect(seen.on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        }
    });
});
