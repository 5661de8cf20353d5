/** A fenced block of a Markdown document. */
export interface CodeBlock {
    /** What stands behind the fence: `ts`, or nothing. */
    readonly language: string;
    readonly text: string;
    /** The line of its fence, from 1. */
    readonly line: number;
}

/** The fenced blocks of a Markdown document, without the indentation of a list that they are in. */
export function codeBlocks(markdown: string): CodeBlock[] {
    return [...markdown.matchAll(/^( *)```(\w*)[^\n]*\n([\s\S]*?)^\1```/gm)].map((match) => {
        const [, indentation = "", language = "", text = ""] = match;
        const line = markdown.slice(0, match.index).split("\n").length;
        return { language, text: text.replaceAll(new RegExp(`^${indentation}`, "gm"), ""), line };
    });
}
