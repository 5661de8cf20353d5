import { type Command, Option } from "commander";

const help = `
Runs pulumi preview --refresh and changes nothing. Exit code 5: keys are due to rotate or to be retired, which pulumi up
does. Exit code 6: something drifted, or was changed in the program and not deployed. Exit code 1: it could not look.

Examples:
  npx --no -- confluent-flink drift --stack prod
  pulumi preview --stack prod --refresh --json > preview.json; npx --no -- confluent-flink drift --preview preview.json --json`;

/** `drift`: tells what somebody changed from what time alone made due. */
export function addDriftCommand(program: Command): void {
    program
        .command("drift")
        .description("report whether a stack has drifted or only has a rotation due, by exit code")
        .option("--stack <stack>", "the stack to preview")
        .option(
            "--preview <file>",
            "in its place, what pulumi preview --refresh --json wrote; - for standard input",
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
