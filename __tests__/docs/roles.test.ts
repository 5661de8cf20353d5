// docs/roles.md lists every preset, and every role that has a natural scope. Not proven here: what it says about them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { roleNames } from "../../components/grant";
import { rolePresets } from "../../components/rolePresets";

const page = readFileSync(join(__dirname, "..", "..", "docs", "roles.md"), "utf8");

describe("docs/roles.md", () => {
    it.each(Object.keys(rolePresets))("has a row for the preset %s", (name) => {
        expect(page).toMatch(new RegExp(`^\\| \`${name}\``, "m"));
    });

    it.each(roleNames)("names the scope of %s", (name) => {
        const table = page.slice(page.indexOf("## Names and their natural scope"));
        expect(table).toMatch(new RegExp(`^\\|.*\\b${name}\\b`, "m"));
    });
});
