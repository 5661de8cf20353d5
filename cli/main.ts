#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./runProgram";

// The same two steps up from dist/cli, in this repository and in an installed package.
const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever read the output has seen enough, as in `report | head`.
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`Standard output could not be written (${error.code}).\n`);
    process.exit(1);
});

runProgram(version, process.argv.slice(2)).then((exitCode) => {
    // Not process.exit(): what is still being written to a pipe would be cut off.
    process.exitCode = exitCode;
});
