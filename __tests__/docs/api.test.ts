// docs/api is TypeDoc's current output, and the compiler accepts every TypeScript block of the documents: it checks whole programs
// against the published types, and the syntax of fragments. Not proven here: that the programs do what the text says.
import { execFileSync } from "node:child_process";
import {
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { codeBlocks } from "./codeBlocks";

jest.setTimeout(120_000);

const root = join(__dirname, "..", "..");
const documents = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
})
    .split("\n")
    .filter((name) => name === "README.md" || /^(docs|emulator|policy|deploy|examples)\//.test(name));
const blocks = documents.flatMap((document) =>
    codeBlocks(readFileSync(join(root, document), "utf8"))
        .filter(({ language }) => language === "ts")
        .map(({ text, line }) => ({ place: `${document}:${line}`, text })),
);
const programs = blocks.filter(({ text }) => /^import .* from "/m.test(text));

let folder: string;

beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-docs-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The texts of all Markdown files in a folder, by path. */
function filesOf(path: string): Record<string, string> {
    const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".md"),
    );
    return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(path, name), "utf8")]));
}

/** The compiler's errors in programs, each compiled as a file of its own in a consumer's strict project. */
function compile(texts: readonly { place: string; text: string }[]): string[] {
    mkdirSync(join(folder, "programs"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
    const places = new Map<string, string>();
    for (const [i, { place, text }] of texts.entries()) {
        const file = join(folder, "programs", `${i}.ts`);
        writeFileSync(file, `${text}\nexport {};\n`);
        places.set(file, place);
    }
    const dist = (name: string): string[] => [join(root, "dist", name, "index.d.ts")];
    const program = ts.createProgram([...places.keys()], {
        strict: true,
        noEmit: true,
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.Node16,
        types: ["node", "jest"],
        typeRoots: [join(root, "node_modules", "@types")],
        skipLibCheck: true,
        preserveSymlinks: true,
        paths: {
            "pulumi-confluent-flink": dist("components"),
            "pulumi-confluent-flink/testing": dist("testing"),
            "confluent-cloud-emulator": dist("emulator"),
        },
    });
    return ts
        .getPreEmitDiagnostics(program)
        .filter(({ messageText }) => !isOfAnotherFile(messageText))
        .map(({ file, messageText }) => {
            const where = places.get(file?.fileName ?? "") ?? file?.fileName;
            return `${where}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
        });
}

/** Whether the error is about an import of another file, which the document shows in a block of its own. */
function isOfAnotherFile(message: string | ts.DiagnosticMessageChain): boolean {
    const text = ts.flattenDiagnosticMessageText(message, "\n");
    return /Cannot find module '\.\/|Relative import paths need explicit file extensions/.test(text);
}

function syntaxProblems(text: string): string[] {
    const { diagnostics = [] } = ts.transpileModule(text, {
        reportDiagnostics: true,
        compilerOptions: { target: ts.ScriptTarget.ES2022 },
    });
    return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("docs/api", () => {
    it("is up to date with the exported names and their comments (npm run docs:api)", () => {
        const out = join(folder, "api");
        execFileSync(process.execPath, [join(root, "node_modules/typedoc/bin/typedoc"), "--out", out], {
            cwd: root,
            stdio: ["ignore", "pipe", "pipe"],
        });
        expect(filesOf(join(root, "docs/api"))).toEqual(filesOf(out));
        expect(Object.keys(filesOf(out))).toHaveLength(3);
    });

    it("contains no path of this machine", () => {
        const text = Object.values(filesOf(join(root, "docs/api"))).join("\n");
        expect(text).not.toContain(root);
        expect(text).not.toMatch(/\/(home|root|Users|tmp)\//);
    });
});

describe("the TypeScript blocks of the documents", () => {
    it("are found, programs and fragments", () => {
        const places = programs.map(({ place }) => place.replace(/:.*/, ""));
        expect(places).toEqual(
            expect.arrayContaining([
                "README.md",
                "docs/guides/testing.md",
                "docs/api/pulumi-confluent-flink.md",
            ]),
        );
        expect(blocks.length).toBeGreaterThan(programs.length);
    });

    it("compile against the published types if they are whole programs", () => {
        const wrong = {
            place: "wrong",
            text: 'import { FlinkAccess } from "pulumi-confluent-flink";\nnew FlinkAccess(1);',
        };
        const said = compile([...programs, wrong]);
        expect(said).toEqual([expect.stringMatching(/^wrong: Expected 2-3 arguments/)]);
    });

    // The API reference also shows signatures, which are not programs.
    const fragments = blocks.filter(({ place }) => !place.startsWith("docs/api/"));
    it.each(fragments.map(({ place, text }) => [place, text]))("at %s have valid syntax", (_place, text) => {
        const problems = syntaxProblems(text);
        // Or the block is a part of an object, such as arguments of a FlinkAccess.
        if (problems.length > 0)
            expect([problems, syntaxProblems(`({\n${text}\n});`)]).toEqual([problems, []]);
    });
});
