import { type Command, Option } from "commander";

const help = `
The secret is printed with --show-secrets only. With a compute pool the variables of the Terraform provider are complete,
which it wants, and the official Pulumi provider as well: all of them or none. So do not set them in a shell that runs
pulumi: use a subshell, --prefix, or give the command to run behind --, which gets the secret too.

Examples:
  npx --no -- confluent-flink env --stack prod --region aws.us-east-2 -- python job.py
  npx --no -- confluent-flink env --stack prod --region aws.us-east-2 --format dotenv --show-secrets --output .env
  npx --no -- confluent-flink env --stack prod --region aws.us-east-2 --compute-pool lfcp-abc123 --format properties --show-secrets --output cloud.properties
  (eval "$(npx --no -- confluent-flink env --stack prod --region aws.us-east-2 --show-secrets)"; ./job.sh)
  npx --no -- confluent-flink env --stack prod --region aws.us-east-2 --json`;

/** `env`: a region's key as the variables that a shell, the Table API, dbt and the Terraform provider read. */
export function addEnvCommand(program: Command): void {
    program
        .command("env")
        .argument("[command...]", "behind --: run this command with the variables")
        .description("print a region's key as variables for a shell, the Table API, dbt or Terraform")
        .requiredOption("--stack <stack>", "a stack that is deployed: prod, or org/project/prod")
        .option("--region <cloud.region>", "aws.us-east-2; may be left out where the stack has one region")
        .addOption(
            new Option("--format <format>", "export, dotenv, json, or properties for the Table API").default(
                "export",
            ),
        )
        .option("--json", "the same as --format json")
        .option("--compute-pool <id>", "adds the variables of a compute pool: lfcp-abc123")
        .option("--show-secrets", "print the secret as well")
        .option("--prefix <text>", "before each variable's name: ORDERS_")
        .option("--output <file>", "write to this file, readable by its owner only, whole or not at all")
        .option("--from <name>", "the stack's output that holds FlinkAccess.environment", "environment")
        .addOption(
            new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one"),
        )
        .addHelpText("after", help)
        .action((command, options) => runEnv().runEnv(options, undefined, command));
}

/** Loaded when the command runs, not when it is declared. */
function runEnv(): typeof import("./env/runEnv") {
    return require("./env/runEnv");
}
