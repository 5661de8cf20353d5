// The pictures of the documentation are up to date with the scripts that draw them, and the imports that they show are those of
// the sources. Not proven here: that they look good.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { architecturePicture, arrows } from "../../docs/pictures/architecturePicture";
import { rotationPicture } from "../../docs/pictures/rotationPicture";

const repository = join(__dirname, "..", "..");

describe.each([
    ["rotation.svg", rotationPicture],
    ["architecture.svg", architecturePicture],
])("%s", (name, draw) => {
    it("is up to date with its script (npx tsx docs/pictures/draw.ts)", () => {
        expect(readFileSync(join(repository, "docs", "pictures", name), "utf8")).toBe(draw());
    });

    it("has colours for light and dark pages, and loads nothing", () => {
        expect(draw()).toContain("prefers-color-scheme: dark");
        expect(draw().replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|<image/);
    });
});

describe("the imports in architecture.svg", () => {
    const drawn = arrows.filter(({ isWire }) => !isWire).map(({ from, to }) => [from[0], to[0]] as const);

    it.each(drawn)("%s → %s: are in the sources, and there are none in the other direction", (from, to) => {
        expect(importsOf(from)).toContain(to);
        expect(importsOf(to)).not.toContain(from);
    });

    it.each([
        ["confluent", []],
        ["provider", ["confluent"]],
        ["components", []],
        ["emulator", []],
    ])("%s imports only from the folders %j", (folder, allowed) => {
        expect(importsOf(folder)).toEqual(allowed);
    });
});

/** The top folders that a folder's sources import; `index` is index.ts. */
function importsOf(folder: string): string[] {
    const files = folder === "index" ? ["index.ts"] : sourcesIn(folder);
    const found = files.flatMap((file) => {
        const depth = file.split("/").length - 1;
        const up = depth === 0 ? "\\./" : `(?:\\.\\./){${depth}}`;
        const text = readFileSync(join(repository, file), "utf8");
        return [...text.matchAll(new RegExp(`(?:from|import\\()\\s*"${up}(\\w+)`, "g"))].map(
            ([, name]) => name as string,
        );
    });
    const folders = new Set(
        found.filter((name) => statSync(join(repository, name), { throwIfNoEntry: false })),
    );
    return [...folders].sort();
}

function sourcesIn(folder: string): string[] {
    return readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => `${folder}/${name}`);
}
