#!/usr/bin/env node
import { helpText, parseCommandLine } from "./commandLine";
import { startEmulator } from "./emulator";

/** Runs until SIGINT or SIGTERM. Exit codes: 2 for an invalid command line, 1 when the emulator cannot start. */
async function main(args: readonly string[]): Promise<void> {
    let emulator: Awaited<ReturnType<typeof startEmulator>>;
    try {
        const options = parseCommandLine(args);
        if (options === undefined) {
            process.stdout.write(helpText);
            return;
        }
        emulator = await startEmulator(options);
    } catch (error) {
        fail(error);
        return;
    }
    const { url, organizationId, environmentIds, cloudApiKey, cloudApiSecret } = emulator;
    process.stdout.write(
        `${JSON.stringify({ url, organizationId, environmentIds, cloudApiKey, cloudApiSecret })}\n`,
    );
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => void emulator.close());
    }
}

function fail(error: unknown): void {
    const { code, port, address, syscall, path } = error as NodeJS.ErrnoException & {
        port?: number;
        address?: string;
    };
    const text = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
    const message =
        code === "EADDRINUSE"
            ? `Port ${port} on ${address} is in use. Choose another with --port, or omit --port to use a free one.`
            : syscall === "open"
              ? `--journal: got ${path} (${code}), expected a file that can be written.`
              : text;
    process.stderr.write(`emulator: ${message}\n`);
    process.exitCode = error instanceof TypeError ? 2 : 1;
}

void main(process.argv.slice(2));
