import * as pulumi from "@pulumi/pulumi";

/**
 * An error that stops the program with one line. Two things are kept from it. Its stack, which nobody is shown: the SDK
 * formats it in colour all the same, and over a frame such as `node_modules/@pulumi/output.ts` Node's formatter runs
 * for half a minute. And the words that the SDK puts before the message for every property that awaited it (`error
 * serializing property "displayName": `), for the mistake is in none of them.
 */
export function programError(message: string): pulumi.RunError {
    const error = new pulumi.RunError(message);
    error.stack = `Error: ${message}`;
    return Object.defineProperty(error, "message", { get: () => message, set: () => undefined });
}

/** Runs `parse`; what it finds wrong stops the program with a message that begins with the component's name. */
export function inComponent<T>(name: string, parse: () => T): T {
    try {
        return parse();
    } catch (error) {
        throw programError(`FlinkAccess "${name}": ${(error as Error).message}`);
    }
}
