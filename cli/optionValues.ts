import { readFileSync } from "node:fs";
import { isApiKeyId } from "../confluent/resourceIds";
import { endpointProblem } from "../confluent/safeEndpoint";
import { describeMistake, readValue, type ValueRule } from "../confluent/valueRule";
import { type CommandFailure, orWrongUsage, wrongUsage } from "./exitCodes";

/** A wrong value of an option or argument. */
export function wrongValue(option: string, got: unknown, wanted: string): CommandFailure {
    return wrongUsage(describeMistake(option, got, wanted));
}

/** The value of an option, by its rule. */
export function readOption<T>(option: string, value: unknown, rule: ValueRule<T>): T {
    return orWrongUsage(() => readValue(rule, value, option));
}

/** What somebody gave as a key may be its secret, so it is not shown. */
export function requireKeyId(option: string, id: string): void {
    if (isApiKeyId(id)) return;
    throw wrongUsage(
        `${option}: got ${id.length} characters, expected the id of an API key: 16 upper-case letters and digits. Never give a secret`,
    );
}

/** `option`: an option or a variable with the URL of an API. */
export function requireEndpoint(option: string, endpoint: string): void {
    const problem = endpointProblem(endpoint);
    if (problem) throw wrongUsage(`${option}: ${problem}`);
}

/**
 * The text of the file in `option`, or of standard input for `-`, so that secrets need not be written to a disk. Undefined if
 * `stack` is given instead. `wanted` is what the file should contain.
 */
export function readInsteadOfStack(
    stack: string | undefined,
    option: string,
    file: string | undefined,
    wanted: string,
): string | undefined {
    if ((stack === undefined) === (file === undefined)) {
        const got = stack === undefined ? "neither" : "both";
        throw wrongUsage(`--stack, ${option}: got ${got}, expected one of them`);
    }
    if (file === undefined) return undefined;
    try {
        return readFileSync(file === "-" ? 0 : file, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw wrongUsage(`${option}: got ${file}, expected ${wanted} (${code})`);
    }
}
