import type { Command } from "commander";
import { addSourceOptions, whenRun } from "./commandOptions";

const help = `
Decrypts the states of the stacks to find the resources that contain the key. It shows no secret. Exit code 3: there is no
such key. Exit code 4: the key was not found, but not everything could be read.

Examples:
  npx pulumi-confluent-flink find ABCDEFGH12345678
  npx pulumi-confluent-flink find ABCDEFGH12345678 --project ../orders ../billing`;

/** `find`: shows everything about one key, for an operator on call. */
export function addFindCommand(program: Command): void {
    addSourceOptions(program.command("find"))
        .description(
            "show one key: stack, owner, scope, what contains it, when it rotates, how to rotate it now",
        )
        .argument("<key>", "the key's id, such as ABCDEFGH12345678; never its secret")
        .option("--json", "print the key as JSON, as in the report")
        .addHelpText("after", help)
        .action((key, options) =>
            whenRun<typeof import("./find/runFind")>("./find/runFind").runFind(key, options),
        );
}
