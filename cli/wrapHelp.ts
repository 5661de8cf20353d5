/** Fits the notes and examples of a help into `width` columns. Commander does that with usage, options and commands. */
export function wrapHelp(text: string, width: number): string {
    return text
        .split("\n\n")
        .map((block) => {
            const lines = block.split("\n");
            if (/^\n?(?:Usage|Arguments|Options|Commands):/.test(block)) return block;
            if (lines.every((line) => line.length <= width)) return block;
            return (lines.includes("Examples:") ? lines.map(example) : joined(lines).map(note)).join("\n");
        })
        .join("\n\n");

    function note(line: string): string {
        return breakLine(line, /\S+/g, width).join("\n");
    }

    /** It can be copied: it goes on behind a backslash, and is not broken within quotes. */
    function example(line: string): string {
        if (line.length <= width) return line;
        return breakLine(line, /(?:'[^']*'|"[^"]*"|[^\s'"])+/g, width - 2).join(" \\\n");
    }
}

/** One line for each paragraph and each item of a list. In the source, they are broken for wide terminals. */
function joined(lines: readonly string[]): string[] {
    const result: string[] = [];
    for (const line of lines) {
        const last = result.at(-1);
        const goesOn = last?.startsWith(" ") ? /^ {3}/.test(line) : /^\S/.test(line) && last;
        if (goesOn) result[result.length - 1] = `${last} ${line.trim()}`;
        else result.push(line);
    }
    return result;
}

function breakLine(line: string, words: RegExp, width: number): string[] {
    const margin = /^\s*/.exec(line)?.[0] ?? "";
    const hanging = margin && `${margin}   `;
    const lines: string[] = [];
    for (const word of line.match(words) ?? []) {
        const last = lines.at(-1);
        if (last === undefined) lines.push(`${margin}${word}`);
        else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(`${hanging}${word}`);
    }
    return lines;
}
