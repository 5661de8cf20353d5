/** A fenced block of a Markdown document. */
export interface CodeBlock {
    /** The language after the fence, such as `ts`; empty if there is none. */
    readonly language: string;
    readonly text: string;
    /** The line of its opening fence, counted from 1. */
    readonly line: number;
}

/** The fenced blocks of a Markdown document. Blocks in a list lose the indentation of the list. */
export function codeBlocks(markdown: string): CodeBlock[] {
    return [...markdown.matchAll(/^( *)```(\w*)[^\n]*\n([\s\S]*?)^\1```/gm)].map((match) => {
        const [, indentation = "", language = "", text = ""] = match;
        const line = markdown.slice(0, match.index).split("\n").length;
        return { language, text: text.replaceAll(new RegExp(`^${indentation}`, "gm"), ""), line };
    });
}
