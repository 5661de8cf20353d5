// Every relative link and picture of the documents leads to a file that is in the repository. Not proven here: that what
// they say is true, and links to other sites.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "..", "..");
const documents = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
})
    .split("\n")
    .filter(Boolean);

function relativeLinks(document: string): string[] {
    const text = readFileSync(join(root, document), "utf8").replace(/```[\s\S]*?```/g, "");
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map((match) => (match[1] as string).replace(/#.*$/, ""))
        .filter((target) => target !== "" && !/^[a-z]+:/.test(target) && !target.includes("${"));
}

describe("documents", () => {
    it("are found", () => {
        expect(documents).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md"]));
    });

    it.each(documents.filter((document) => existsSync(join(root, document))))(
        "%s links to files that exist",
        (document) => {
            const broken = relativeLinks(document).filter(
                (target) => !existsSync(join(root, dirname(document), target)),
            );
            expect(broken).toEqual([]);
        },
    );
});
