import { createInterface } from "node:readline/promises";

/** Asks a person; undefined if there is no terminal. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/** Asks on the terminal, on standard error, because standard output is for results only. */
export function terminalQuestion(): Ask {
    if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
    return async (question) => {
        const terminal = createInterface({ input: process.stdin, output: process.stderr });
        try {
            return await terminal.question(question);
        } finally {
            terminal.close();
        }
    };
}
