// What Pulumi's Registry reads of a released tag (pulumi/registry, README.md and tools/resourcedocsgen/cmd/metadata.go): the schema and
// two pages; and what Pulumi reads for `pulumi package add` from Git. Not proven here: the Registry's own checks.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import schema from "../../plugin/schema.json";

const read = (path: string): string => readFileSync(join(__dirname, "..", "..", path), "utf8");
const { version } = JSON.parse(read("package.json"));
const programs = (document: string): Map<string, string> =>
    new Map(
        [...read(document).matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, of = "", text = ""]) => [
            of,
            text,
        ]),
    );

describe("what Pulumi's Registry reads", () => {
    it("is the schema of this version, and of the release of the official provider that is installed", () => {
        const installed = require("@pulumi/confluentcloud/package.json").version;
        const dependencies = [{ name: "confluentcloud", version: installed }];
        expect(schema).toMatchObject({ version, dependencies });
    });

    it("is a page with README's program in each language, and one about installation and configuration", () => {
        const page = programs("docs/_index.md");
        expect([...page.keys()]).toEqual(["ts", "python", "go", "yaml"]);
        const readme = programs("README.md");
        for (const [language, program] of page) expect(program).toBe(readme.get(language));
        for (const name of ["_index", "installation-configuration"]) {
            const text = read(`docs/${name}.md`);
            expect(text).toMatch(/^---\ntitle: .+\nmeta_desc: .+\nlayout: package\n---\n/);
            // The Registry shows the pages elsewhere, where relative links lead nowhere.
            expect(text).not.toMatch(/\]\((?!https:)/);
        }
    });
});

describe("deploy/plugin", () => {
    it("asks npm for this version of the package", () => {
        const { dependencies } = JSON.parse(read("deploy/plugin/package.json"));
        expect(dependencies["pulumi-confluent-flink"]).toBe(version);
    });
});
