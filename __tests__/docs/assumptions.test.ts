// The register of assumptions is whole, its page is current, and the files it names are there. Not proven here: that the
// assumptions hold (`confluent-flink conformance`, on the service) or that the files rest on them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assumptions } from "../../cli/conformance/assumptions";
import { assumptionsPage } from "../../docs/register/assumptionsPage";

const root = join(__dirname, "..", "..");

describe("the register of assumptions", () => {
    it("is what docs/assumptions.md shows: npm run assumptions", () => {
        expect(readFileSync(join(root, "docs", "assumptions.md"), "utf8")).toBe(assumptionsPage());
    });

    it("has every id once, in kebab case", () => {
        const ids = assumptions.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)+$/.test(id))).toEqual([]);
    });

    it.each(assumptions)("$id says where it comes from, what rests on it and what follows", (one) => {
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

    it("claims no check of the service that has no place and day", () => {
        for (const { seen } of assumptions) {
            if (seen !== undefined) expect(seen.on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        }
    });
});
