import type { Command } from "commander";
import { collect, cwdOption, whenRun } from "./commandOptions";

const runStacks = () => whenRun<typeof import("./stacks/runStacks")>("./stacks/runStacks");

const newHelp = `
Examples:
  npm run --silent flink -- stacks new prod-us --environment env-abc123 --region aws.us-east-2
  npm run --silent flink -- stacks new prod-eu --environment env-def456 --region aws.eu-central-1 --region gcp.europe-west3 --from prod-us`;

const checkHelp = `
With credentials in the environment (CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or CONFLUENT_FLINK_TOKEN_FILE
with the stack's identity pool), the regions are looked up in Confluent Cloud. Without credentials or with --offline, only
their spelling is checked. Exit code 3: there are mistakes.

Examples:
  npm run --silent flink -- stacks check
  npm run --silent flink -- stacks check --json | jq '.mistakes[]'`;

const listHelp = `
Examples:
  npm run --silent flink -- stacks list "prod-*"
  npm run --silent flink -- stacks list --changed-since origin/main --json     for the matrix of a pipeline`;

/** `stacks new`, `stacks check` and `stacks list`: writes, checks and lists stack files. */
export function addStacksCommand(program: Command): void {
    const stacks = program.command("stacks").description("write, check and list the stack files");

    stacks
        .command("new")
        .addOption(cwdOption())
        .description("write a new stack file, and check it against the others")
        .argument("<stack>", "name of the stack, such as prod-us")
        .requiredOption("--environment <id>", "environment of the keys: env-abc123")
        .requiredOption(
            "--region <cloud.region>",
            "region to create a key for; repeatable: aws.us-east-2",
            collect,
        )
        .option(
            "--role <name>",
            "role to grant to the owner of the keys; repeatable (default OrganizationAdmin)",
            collect,
        )
        .option("--from <stack>", "a stack to copy the other settings from")
        .option("--json", "print { file, leftOut, mistakes } as JSON")
        .addHelpText("after", newHelp)
        .action((stack, options) => runStacks().runNew(stack, options));

    stacks
        .command("check")
        .addOption(cwdOption())
        .description("check all stack files, each one and against each other")
        .option("--offline", "make no network requests: regions are only checked for spelling")
        .option(
            "--json",
            "print { stacks, mistakes: [{ file, line, stack, message }], regionsConfirmed } as JSON",
        )
        .addHelpText("after", checkHelp)
        .action((options) => runStacks().runCheck(options));

    stacks
        .command("list")
        .addOption(cwdOption())
        .description("list the stacks that match a pattern, or that a change affects")
        .argument("[pattern...]", 'names, with * and ?: "prod-*"')
        .option(
            "--changed-since <commit>",
            "only stacks that changed since this commit (git); all of them if the program changed",
        )
        .option("--json", "print a JSON array")
        .addHelpText("after", listHelp)
        .action(async (patterns, options) => runStacks().runList(patterns, options));
}
