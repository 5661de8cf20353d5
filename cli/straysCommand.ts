import type { Command } from "commander";
import { addSourceOptions } from "./reportCommand";

const help = `
A stray was made by this package for a stack whose state was read, and that state does not hold it: a run that was killed
left it, or an older state was restored. A key of a stack that was not read is never a stray: it is named, with what to
read. Confluent Cloud does not tell when a key was last used: ask who holds it before you delete.

Deleting is confirmed on a terminal, or with --yes. Who deleted what, when and why is printed, and appended to --record.

Examples:
  npx --no -- confluent-flink strays
  npx --no -- confluent-flink strays --delete ABCDEFGH12345678 --reason "left by the run of 3 May" --record strays.jsonl
  npx --no -- confluent-flink strays --lost-stack confluent-flink/old --delete ABCDEFGH12345678 --reason "stack removed" --yes`;

/** `strays`: keys that this package made and no stack holds. */
export function addStraysCommand(program: Command): void {
    addSourceOptions(program.command("strays"))
        .description("list the keys of this package that no stack holds, and delete those that are named")
        .option("--delete <key...>", "delete these, and no others")
        .option("--reason <text>", "why they are deleted, for the record; needed with --delete")
        .option("--yes", "do not ask; needed where there is no terminal")
        .option("--record <file>", "append a line of JSON for each deleted key to this file")
        .option(
            "--lost-stack <project/stack...>",
            "stacks whose state is lost for certain: their keys are strays",
        )
        .option("--json", "print the keys as JSON, as in the report; with --delete { deleted, records }")
        .addHelpText("after", help)
        .action((options) => runStrays().runStrays(options));
}

/** Loaded when the command runs, not when it is declared. */
function runStrays(): typeof import("./report/runStrays") {
    return require("./report/runStrays");
}
