import type { Command } from "commander";
import { cwdOption, whenRun } from "./commandOptions";

const help = `
Prints the secret only with --show-secrets. Do not set the variables in a shell that runs pulumi: the Terraform provider and
the official Pulumi provider need all seven of their Flink variables or none (--compute-pool adds the missing one). Use a
subshell or --prefix, or give a command after --. That command gets the secret too.

The format export is for sh, bash and zsh. fish and PowerShell are not supported: give the command after --. A value that Node.js,
python-dotenv and a shell would not read alike from a .env file is refused.

Examples:
  npx pulumi-confluent-flink env --stack prod --region aws.us-east-2 -- python job.py
  npx pulumi-confluent-flink env --stack prod --region aws.us-east-2 --format dotenv --show-secrets --output .env
  npx pulumi-confluent-flink env --stack prod --region aws.us-east-2 --compute-pool lfcp-abc123 --format properties --show-secrets --output cloud.properties
  (eval "$(npx pulumi-confluent-flink env --stack prod --region aws.us-east-2 --show-secrets)"; ./job.sh)
  npx pulumi-confluent-flink env --stack prod --region aws.us-east-2 --json`;

/** `env`: prints a region's key as variables for a shell, the Table API, dbt and the Terraform provider. */
export function addEnvCommand(program: Command): void {
    program
        .command("env")
        .argument("[command...]", "after --: a command to run with the variables")
        .description("print a region's key as variables for a shell, the Table API, dbt or Terraform")
        .requiredOption("--stack <stack>", "a deployed stack: prod, or org/project/prod")
        .option("--region <cloud.region>", "region such as aws.us-east-2; optional if the stack has only one")
        .option("--format <format>", "export, dotenv, json, or properties for the Table API", "export")
        .option("--json", "the same as --format json")
        .option("--compute-pool <id>", "also print the variables for this compute pool: lfcp-abc123")
        .option("--show-secrets", "print the secret too")
        .option("--prefix <text>", "put this before each variable's name: ORDERS_")
        .option("--output <file>", "write to this file, completely or not at all; only its owner can read it")
        .option(
            "--from <name>",
            "the stack output that contains FlinkAccess.environmentVariables",
            "environmentVariables",
        )
        .addOption(cwdOption())
        .addHelpText("after", help)
        .action((command, options) =>
            whenRun<typeof import("./env/runEnv")>("./env/runEnv").runEnv(options, undefined, command),
        );
}
