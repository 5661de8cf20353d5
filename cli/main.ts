#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommandLine } from "./runCommandLine";

// package.json is two folders above dist/cli, in this repository and in an installed package.
const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has closed the pipe, as in `report | head`.
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`Standard output could not be written (${error.code}).\n`);
    process.exit(1);
});

runCommandLine(version, process.argv.slice(2)).then((exitCode) => {
    // Not process.exit(): it would cut off what is still being written to a pipe.
    process.exitCode = exitCode;
});
