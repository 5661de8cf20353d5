import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codeBlocks } from "./codeBlocks";

const root = join(__dirname, "..", "..");

/** A block of shell commands in a document. */
export interface ShellBlock {
    readonly document: string;
    readonly line: number;
    readonly text: string;
    /** The commands, without comments. A command that continues on the next line is one command. */
    readonly commands: readonly string[];
}

/** The blocks of shell commands in all documents: fenced code without a language, or with `sh`. */
export function shellBlocks(): ShellBlock[] {
    const documents = execFileSync(
        "git",
        ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        {
            cwd: root,
            encoding: "utf8",
        },
    )
        .split("\n")
        .filter((name) => name !== "" && name !== "CHANGELOG.md" && !name.startsWith("docs/api/"));
    return documents.flatMap((document) =>
        codeBlocks(readFileSync(join(root, document), "utf8"))
            .filter(({ language }) => language === "" || language === "sh")
            .map(({ text, line }) => ({ document, line, text, commands: commandsOf(text) })),
    );
}

function commandsOf(text: string): string[] {
    return text
        .replaceAll("\\\n", " ")
        .split("\n")
        .map((line) => line.replace(/(^|\s)#\s.*$/, "").trim())
        .filter((line) => line !== "");
}
