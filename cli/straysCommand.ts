import type { Command } from "commander";
import { addSourceOptions } from "./reportCommand";

const help = `
A stray is a key that this package made for a stack, and that this stack's state does not contain. A killed run left it, or
an older state was restored. A key of a stack that was not read is never a stray: the command names the key, and what to
read. Confluent Cloud does not report when a key was last used, so ask who uses it before you delete it.

Confirm a deletion on the terminal or with --yes. The command prints who deleted what, when and why, and appends it to the
file of --record.

Examples:
  npx --no -- confluent-flink strays
  npx --no -- confluent-flink strays --delete ABCDEFGH12345678 --reason "left by the run of 3 May" --record strays.jsonl
  npx --no -- confluent-flink strays --lost-stack confluent-flink/old --delete ABCDEFGH12345678 --reason "stack removed" --yes`;

/** `strays`: keys that this package made and no stack contains. */
export function addStraysCommand(program: Command): void {
    addSourceOptions(program.command("strays"))
        .description("list the keys of this package that no stack contains, and delete those that you name")
        .option("--delete <key...>", "delete these keys and no others")
        .option("--reason <text>", "reason for the deletion, for the record; required with --delete")
        .option("--yes", "do not ask; required without a terminal")
        .option("--record <file>", "append one line of JSON for each deleted key to this file")
        .option(
            "--lost-stack <project/stack...>",
            "stacks whose state is certainly lost: their keys count as strays",
        )
        .option("--json", "print the keys as JSON, as in the report; with --delete { deleted, records }")
        .addHelpText("after", help)
        .action((options) => runStrays().runStrays(options));
}

/** Loaded when the command runs, not when it is declared. */
function runStrays(): typeof import("./report/runStrays") {
    return require("./report/runStrays");
}
