import type { Command } from "commander";
import { addSourceOptions } from "./reportCommand";

const help = `
A stray carries the tag of this package and is in no state that was read: a run that was killed left it, or its state was
lost, or belongs to a project elsewhere. It may be in use: look before you delete.

Examples:
  confluent-flink strays
  confluent-flink strays --delete ABCDEFGH12345678`;

/** `strays`: keys that this package made and no stack holds. */
export function addStraysCommand(program: Command): void {
    addSourceOptions(program.command("strays"))
        .description("list the keys of this package that no stack holds, and delete those that are named")
        .option("--delete <key...>", "delete these, and no others")
        .option("--json", "print the keys as JSON, as in the report; with --delete { deleted }")
        .addHelpText("after", help)
        .action((options) => runStrays().runStrays(options));
}

/** Loaded when the command runs, not when it is declared. */
function runStrays(): typeof import("./report/runStrays") {
    return require("./report/runStrays");
}
