import { type Command, Option } from "commander";

const newHelp = `
Examples:
  npx --no -- confluent-flink stacks new prod-us --environment env-abc123 --region aws.us-east-2
  npx --no -- confluent-flink stacks new prod-eu --environment env-def456 --region aws.eu-central-1 --region gcp.europe-west3 --from prod-us`;

const checkHelp = `
Without --offline, and with credentials in the environment (CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or
CONFLUENT_FLINK_TOKEN_FILE beside the stack's identity pool), Confluent Cloud says whether the regions exist; otherwise
only their spelling is looked at. Exit code 3: there are mistakes.

Examples:
  npx --no -- confluent-flink stacks check
  npx --no -- confluent-flink stacks check --json | jq '.mistakes[]'`;

const listHelp = `
Examples:
  npx --no -- confluent-flink stacks list "prod-*"
  npx --no -- confluent-flink stacks list --changed-since origin/main --json     for the matrix of a pipeline`;

/** `stacks new`, `stacks check`, `stacks list`: the stack files are the inventory. */
export function addStacksCommand(program: Command): void {
    const stacks = program.command("stacks").description("write, check and list the stack files");
    const withFolder = (command: Command): Command =>
        command.addOption(
            new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one"),
        );

    withFolder(stacks.command("new"))
        .description("write a new stack file, and check it against the others")
        .argument("<stack>", "its name, such as prod-us")
        .requiredOption("--environment <id>", "environment that the keys open: env-abc123")
        .requiredOption(
            "--region <cloud.region>",
            "a key is made for each; repeatable: aws.us-east-2",
            collect,
        )
        .option(
            "--role <name>",
            "a role that the owner is granted; repeatable (default OrganizationAdmin)",
            collect,
        )
        .option("--from <stack>", "a stack whose other settings are taken over")
        .option("--json", "print { file, leftOut, mistakes } as JSON")
        .addHelpText("after", newHelp)
        .action((stack, options) => runStacks().runNew(stack, options));

    withFolder(stacks.command("check"))
        .description("check all stack files, each by itself and against each other")
        .option("--offline", "make no network requests: regions are only checked for spelling")
        .option(
            "--json",
            "print { stacks, mistakes: [{ file, line, stack, message }], regionsConfirmed } as JSON",
        )
        .addHelpText("after", checkHelp)
        .action((options) => runStacks().runCheck(options));

    withFolder(stacks.command("list"))
        .description("list stacks by pattern, or those that a change touches")
        .argument("[pattern...]", 'names, with * and ?: "prod-*"')
        .option(
            "--changed-since <commit>",
            "only those that changed since then, by git; all where the program did",
        )
        .option("--json", "print a JSON array")
        .addHelpText("after", listHelp)
        .action(async (patterns, options) => runStacks().runList(patterns, options));
}

/** Loaded when a command runs, not when it is declared. */
function runStacks(): typeof import("./stacks/runStacks") {
    return require("./stacks/runStacks");
}

function collect(value: string, all: string[] = []): string[] {
    return [...all, value];
}
