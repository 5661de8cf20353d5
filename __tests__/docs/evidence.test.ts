// The table in docs/decisions/006-absence.md is the same as in the code. Not proven here: that its verdicts are right
// (`__tests__/provider/evidence.test.ts`).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "../../provider/evidence";

const page = readFileSync(join(__dirname, "..", "..", "docs", "decisions", "006-absence.md"), "utf8");

describe("docs/decisions/006-absence.md", () => {
    it("shows the table of provider/evidence.ts, row by row", () => {
        const shown = page.split("<!-- evidence -->")[1]?.split("<!-- /evidence -->")[0] ?? "";
        const rows = shown.trim().split("\n").slice(2);
        expect(rows).toEqual(table.map(({ because, conclusion }) => `| ${because} | ${conclusion} |`));
    });
});
