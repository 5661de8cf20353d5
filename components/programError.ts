import * as pulumi from "@pulumi/pulumi";

/**
 * An error that stops the program with one line. Without a stack trace: Node's formatter takes half a minute for a frame such as
 * `node_modules/@pulumi/output.ts`. Its message cannot be changed: the SDK would prefix it with each property that awaited it.
 */
export function programError(message: string): pulumi.RunError {
    const error = new pulumi.RunError(message);
    error.stack = `Error: ${message}`;
    return Object.defineProperty(error, "message", { get: () => message, set: () => undefined });
}

/** Runs `parse`. An error that it throws stops the program, with the component's name before the message. */
export function inComponent<T>(name: string, parse: () => T): T {
    try {
        return parse();
    } catch (error) {
        throw programError(`FlinkAccess "${name}": ${(error as Error).message}`);
    }
}
