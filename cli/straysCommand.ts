import type { Command } from "commander";
import { addSourceOptions, whenRun } from "./commandOptions";

const help = `
A stray is a key that this package created for a stack, but that is not in the stack's state. A killed run left it, or an older
state was restored. If the stack was not read, its keys are not strays: the command shows what to read. Confluent Cloud does
not report when a key was last used, so ask who uses it before you delete it.

Confirm a deletion on the terminal or with --yes. The command prints who deleted what, when and why. With --record it also
appends this to a file.

Examples:
  npx pulumi-confluent-flink strays
  npx pulumi-confluent-flink strays --delete ABCDEFGH12345678 --reason "left by the run of 3 May" --record strays.jsonl
  npx pulumi-confluent-flink strays --lost-stack confluent-flink/old --delete ABCDEFGH12345678 --reason "stack removed" --yes`;

/** `strays`: lists and deletes keys that this package created and no stack contains. */
export function addStraysCommand(program: Command): void {
    addSourceOptions(program.command("strays"))
        .description("list keys that this package created and no stack contains; delete those that you name")
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
        .action((options) =>
            whenRun<typeof import("./report/runStrays")>("./report/runStrays").runStrays(options),
        );
}
