import { type Command, Option } from "commander";

const help = `
It only reads. Credentials come from the environment: CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or
CONFLUENT_FLINK_TOKEN_FILE beside the stack's identity pool; or from a stack's config with --config-from. A stack's name is
for this package's own program; of a program of your own say with options what it deploys. Exit code 3: something is missing. Exit code 4: nothing was
found missing, and something could not be found out.

Examples:
  npx --no -- confluent-flink preflight prod
  npx --no -- confluent-flink preflight --environment env-abc123 --region aws.us-east-2 --role FlinkDeveloper
  npx --no -- confluent-flink preflight prod --principal sa-111aaa --json`;

/** `preflight`: says before the first change which right is missing. */
export function addPreflightCommand(program: Command): void {
    program
        .command("preflight")
        .description("check that the Cloud API key has the rights a stack needs (read-only)")
        .argument("[stack]", "its name, such as prod-us")
        .option("--stack <stack>", "the same, as other commands take it")
        .option("--environment <id>", "in place of a stack: the environment that the keys open")
        .option("--region <cloud.region>", "with --environment; repeatable: aws.us-east-2", collect)
        .option(
            "--role <name>",
            "with --environment: a role that is granted; repeatable (default OrganizationAdmin)",
            collect,
        )
        .option("--config-from <stack>", "take credentials and endpoint from this stack's config")
        .option("--principal <id>", "owner of the Cloud API key, where it cannot be found out: sa-111aaa")
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
