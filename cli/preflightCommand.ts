import type { Command } from "commander";
import { collect, cwdOption, whenRun } from "./commandOptions";

const help = `
With this package's own program, give the name of a stack. With a program of your own, use --environment, --region and
--role. Credentials come from CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, from CONFLUENT_FLINK_TOKEN_FILE with the
stack's identity pool, or, with --config-from, from a stack's config. Each right is allowed, perhaps, or missing. Perhaps: two
editions of Confluent's pages contradict each other, or the roles cannot be read. Exit code 3: a right is missing. Exit code 4:
none is missing, but one is perhaps.

Examples:
  npx pulumi-confluent-flink preflight prod
  npx pulumi-confluent-flink preflight --environment env-abc123 --region aws.us-east-2 --role FlinkDeveloper
  npx pulumi-confluent-flink preflight prod --principal sa-111aaa --json`;

/** `preflight`: checks the rights that a deployment needs, before its first change. */
export function addPreflightCommand(program: Command): void {
    program
        .command("preflight")
        .description("check that the Cloud API key has the rights a stack needs (read-only)")
        .argument("[stack]", "name of the stack, such as prod-us")
        .option("--stack <stack>", "the same as the argument, like in other commands")
        .option("--environment <id>", "environment of the keys, instead of a stack: env-abc123")
        .option("--region <cloud.region>", "with --environment; repeatable: aws.us-east-2", collect)
        .option(
            "--role <name>",
            "with --environment: a role to grant; repeatable (default OrganizationAdmin)",
            collect,
        )
        .option("--key-scope <scope>", "with --environment: region or global (default region)")
        .option("--config-from <stack>", "take credentials and endpoint from this stack's config")
        .option("--principal <id>", "owner of the Cloud API key, if it cannot be looked up: sa-111aaa")
        .option("--json", "print [{ right, verdict, explanation }] as JSON")
        .addOption(cwdOption())
        .addHelpText("after", help)
        .action((stack, options) =>
            whenRun<typeof import("./preflight/runPreflight")>("./preflight/runPreflight").runPreflight(
                stack,
                options,
            ),
        );
}
