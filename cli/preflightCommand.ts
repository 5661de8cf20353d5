import { type Command, Option } from "commander";

const help = `
It only reads. Credentials come from the environment: CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or
CONFLUENT_FLINK_TOKEN_FILE with the stack's identity pool. Or they come from a stack's config, with --config-from. Give a
stack's name for this package's own program; for a program of your own, use --environment, --region and --role. Exit code 3:
something is missing. Exit code 4: nothing is missing as far as it can tell, but something could not be checked.

Examples:
  npx --no -- confluent-flink preflight prod
  npx --no -- confluent-flink preflight --environment env-abc123 --region aws.us-east-2 --role FlinkDeveloper
  npx --no -- confluent-flink preflight prod --principal sa-111aaa --json`;

/** `preflight`: reports missing permissions before the first change. */
export function addPreflightCommand(program: Command): void {
    program
        .command("preflight")
        .description("check that the Cloud API key has the rights a stack needs (read-only)")
        .argument("[stack]", "name of the stack, such as prod-us")
        .option("--stack <stack>", "the same, as an option like in other commands")
        .option("--environment <id>", "instead of a stack: environment of the keys")
        .option("--region <cloud.region>", "with --environment; repeatable: aws.us-east-2", collect)
        .option(
            "--role <name>",
            "with --environment: a role to grant; repeatable (default OrganizationAdmin)",
            collect,
        )
        .option("--config-from <stack>", "take credentials and endpoint from this stack's config")
        .option("--principal <id>", "owner of the Cloud API key, if it cannot be looked up: sa-111aaa")
        .option("--json", "print [{ right, verdict, explanation }] as JSON")
        .addOption(
            new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one"),
        )
        .addHelpText("after", help)
        .action((stack, options) => runPreflight().runPreflight(stack, options));
}

function collect(value: string, all: string[] = []): string[] {
    return [...all, value];
}

/** Loaded when the command runs, not when it is declared. */
function runPreflight(): typeof import("./preflight/runPreflight") {
    return require("./preflight/runPreflight");
}
