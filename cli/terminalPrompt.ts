import { createInterface } from "node:readline/promises";

/** Shows a question to the user and returns the answer; undefined if there is no terminal. */
export type Prompt = ((question: string) => Promise<string>) | undefined;

/** Asks on standard error, because standard output is for results only. */
export function terminalPrompt(): Prompt {
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
