/** A line on standard output, which is for results only. Notes to a person go to `printNote`. */
export function printLine(text: string): void {
    process.stdout.write(`${text}\n`);
}

/** A result for programs: JSON, indented by two spaces on a terminal. */
export function printJson(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value, undefined, process.stdout.isTTY ? 2 : undefined)}\n`);
}

/** A line on standard error. */
export function printNote(text: string): void {
    process.stderr.write(`${text}\n`);
}
