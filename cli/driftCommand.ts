import type { Command } from "commander";
import { cwdOption, whenRun } from "./commandOptions";

const help = `
Runs pulumi preview --refresh and changes nothing. Exit code 5: the next pulumi up will rotate a key, or delete a superseded
one. Exit code 6: something drifted, or a change of the program was not deployed. Exit code 1: the check failed.

Examples:
  npx pulumi-confluent-flink drift --stack prod
  pulumi preview --stack prod --refresh --json > preview.json; npx pulumi-confluent-flink drift --preview preview.json --json`;

/** `drift`: distinguishes drift from rotations that are due. */
export function addDriftCommand(program: Command): void {
    program
        .command("drift")
        .description("report whether a stack has drifted or only has a rotation due, by exit code")
        .option("--stack <stack>", "the stack to preview")
        .option(
            "--preview <file>",
            "a file with the output of pulumi preview --refresh --json, instead of --stack; - for standard input",
        )
        .option("--json", "print { label: none|rotation-due|drift, findings } as JSON")
        .addOption(cwdOption())
        .addHelpText("after", help)
        .action((options) =>
            whenRun<typeof import("./drift/runDrift")>("./drift/runDrift").runDrift(options),
        );
}
