// Every relative link and image of the documents leads to an existing file, and to an existing heading if it names one. Not proven
// here: links to other sites.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "..", "..");
const documents = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
})
    .split("\n")
    .filter((document) => document !== "" && existsSync(join(root, document)));

function textWithoutCode(document: string): string {
    return readFileSync(join(root, document), "utf8").replace(/```[\s\S]*?```/g, "");
}

function relativeLinks(document: string): string[] {
    return [...textWithoutCode(document).matchAll(/\]\(([^)\s]+)\)/g)]
        .map((match) => match[1] as string)
        .filter((target) => !/^[a-z]+:/.test(target) && !target.includes("${"));
}

/** The anchors that GitHub gives the headings of a document. */
function anchorsOf(document: string): string[] {
    return [...textWithoutCode(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
        heading
            .toLowerCase()
            .replace(/[^\p{L}\p{N}_ -]/gu, "")
            .replaceAll(" ", "-"),
    );
}

function isBroken(document: string, link: string): boolean {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? document : join(dirname(document), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
}

describe("documents", () => {
    it("are found, and links to a missing file or heading are noticed", () => {
        expect(documents).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md"]));
        expect(isBroken("README.md", "docs/guides/rotation.md#a-key-that-leaked")).toBe(false);
        expect(isBroken("README.md", "docs/guides/rotation.md#no-such-heading")).toBe(true);
        expect(isBroken("README.md", "docs/no-such-file.md")).toBe(true);
    });

    it.each(documents)("%s links to files and headings that exist", (document) => {
        expect(relativeLinks(document).filter((link) => isBroken(document, link))).toEqual([]);
    });
});
