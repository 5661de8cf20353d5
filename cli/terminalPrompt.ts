import { createInterface } from "node:readline/promises";
import { CommandFailure, wrongUsage } from "./exitCodes";

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

/** Throws if nobody can be asked, and `--yes` was not given either. `what` is to be confirmed: `the rotation`. */
export function requirePrompt(prompt: Prompt, yes: boolean | undefined, what: string): void {
    if (prompt !== undefined || yes) return;
    throw wrongUsage(`--yes: not given, and there is no terminal to confirm ${what}. Nothing was changed.`);
}

/** Throws if the user does not agree. `purpose`: `to begin`. */
export async function confirm(prompt: NonNullable<Prompt>, purpose: string): Promise<void> {
    if ((await prompt(`Type yes ${purpose}: `)).trim() !== "yes")
        throw new CommandFailure("Nothing was changed: not confirmed.");
}
