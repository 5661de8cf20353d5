import { plainText } from "../confluent/plainText";

/**
 * Prints a line on standard output, which is for results only. Use `printNote` for everything else. Both are given names from files
 * and from Confluent Cloud, and make them safe to print.
 */
export function printLine(text: string): void {
    process.stdout.write(`${plainText(text)}\n`);
}

/** Prints JSON on standard output, indented by two spaces on a terminal. */
export function printJson(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value, undefined, process.stdout.isTTY ? 2 : undefined)}\n`);
}

/** Prints a line on standard error. */
export function printNote(text: string): void {
    process.stderr.write(`${plainText(text)}\n`);
}
