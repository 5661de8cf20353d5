import { type Command, Option } from "commander";

const help = `
It only reads. Credentials come from the environment: CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or
CONFLUENT_FLINK_TOKEN_FILE beside the stack's identity pool. Exit code 3: something is missing. Exit code 4: nothing was
found missing, and something could not be found out.

Examples:
  npx --no -- confluent-flink preflight prod
  npx --no -- confluent-flink preflight prod --principal sa-111aaa --json`;

/** `preflight`: says before the first change which right is missing. */
export function addPreflightCommand(program: Command): void {
    program
        .command("preflight")
        .description("say before the first change which right the Cloud API key lacks for a stack")
        .argument("<stack>", "its name, such as prod-us")
        .option("--principal <id>", "owner of the Cloud API key, where it cannot be found out: sa-111aaa")
        .option("--json", "print [{ right, verdict, explanation }] as JSON")
        .addOption(
            new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one"),
        )
        .addHelpText("after", help)
        .action((stack, options) => runPreflight().runPreflight(stack, options));
}

/** Loaded when the command runs, not when it is declared. */
function runPreflight(): typeof import("./preflight/runPreflight") {
    return require("./preflight/runPreflight");
}
