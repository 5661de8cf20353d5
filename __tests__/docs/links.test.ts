// Every relative link and image of the documents leads to an existing file, and to an existing heading if it names one. Paths in
// code font, such as `provider/strays.ts`, exist too. Not proven here: links to other sites.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "..", "..");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
})
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));
const documents = files.filter((file) => file.endsWith(".md"));
const folders = [...new Set(files.filter((file) => file.includes("/")).map((file) => file.split("/")[0]))];

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

const pathInCode = new RegExp(`\`((?:${folders.join("|").replaceAll(".", "\\.")})/[\\w./-]+)\``, "g");
/** A placeholder, and a file that is written by a command. */
const notInRepository = ["__tests__/engine/x.test.ts", "bench/results/index.html"];

/** Paths of the repository in code font that do not exist. A test may be named without `.test.ts`. */
function missingPaths(text: string): string[] {
    return [...text.matchAll(pathInCode)]
        .map((match) => match[1] as string)
        .filter((path) => !notInRepository.includes(path))
        .filter((path) => !["", ".ts", ".test.ts"].some((end) => existsSync(join(root, path + end))));
}

function isBroken(document: string, link: string): boolean {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? document : join(dirname(document), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
}

describe("documents", () => {
    it("are found, and links and paths that lead nowhere are noticed", () => {
        expect(documents).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md"]));
        expect(isBroken("README.md", "docs/guides/rotation.md#a-key-that-leaked")).toBe(false);
        expect(isBroken("README.md", "docs/guides/rotation.md#no-such-heading")).toBe(true);
        expect(isBroken("README.md", "docs/no-such-file.md")).toBe(true);
        expect(missingPaths("see `provider/strays.ts` and `provider/noSuchFile.ts`")).toEqual([
            "provider/noSuchFile.ts",
        ]);
    });

    it.each(documents)("%s links to files and headings that exist", (document) => {
        expect(relativeLinks(document).filter((link) => isBroken(document, link))).toEqual([]);
    });

    it.each(documents.filter((document) => document !== "CHANGELOG.md"))(
        "%s names files that exist",
        (document) => {
            expect(missingPaths(textWithoutCode(document))).toEqual([]);
        },
    );
});
