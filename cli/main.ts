#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "./exitCodes";
import { runCommandLine } from "./runCommandLine";

// package.json is two folders above dist/cli, in this repository and in an installed package.
const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has closed the pipe, as in `report | head`.
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`Standard output could not be written (${error.code}).\n`);
    process.exit(exitCodes.failed);
});

// A note that nobody reads must not stop the work, nor change the exit code.
process.stderr.on("error", () => undefined);

// Node.js ends a process that waits for nothing, even if a promise is not settled, and with 0 unless told otherwise.
process.exitCode = exitCodes.failed;
process.once("beforeExit", reportUnfinished);

runCommandLine(version, process.argv.slice(2)).then((exitCode) => {
    process.off("beforeExit", reportUnfinished);
    // Not process.exit(): it would cut off what is still being written to a pipe.
    process.exitCode = exitCode;
});

function reportUnfinished(): void {
    process.stderr.write(
        "pulumi-confluent-flink stopped before its work was done: something that it waited for never answered. This is a defect of it.\n",
    );
}
