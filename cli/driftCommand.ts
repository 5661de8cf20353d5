import { type Command, Option } from "commander";

const help = `
Runs pulumi preview --refresh and changes nothing. Exit code 5: keys are due to be rotated or retired, and pulumi up does
it. Exit code 6: something drifted, or the program was changed and not deployed. Exit code 1: the check failed.

Examples:
  npx --no -- confluent-flink drift --stack prod
  pulumi preview --stack prod --refresh --json > preview.json; npx --no -- confluent-flink drift --preview preview.json --json`;

/** `drift`: distinguishes changes that somebody made from rotations that are due. */
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
        .addOption(
            new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one"),
        )
        .addHelpText("after", help)
        .action((options) => runDrift().runDrift(options));
}

/** Loaded when the command runs, not when it is declared. */
function runDrift(): typeof import("./drift/runDrift") {
    return require("./drift/runDrift");
}
