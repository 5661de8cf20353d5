import { createInterface } from "node:readline/promises";

/** How a person is asked; undefined: there is nobody. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/** At the terminal, on standard error, so that standard output holds results only. */
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
