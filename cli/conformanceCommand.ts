import { type Command, Option } from "commander";

const help = `
It makes a service account, role bindings and Flink API keys of its own (names pcf-conformance-…), and removes them whatever
happens. It asks before it begins, and changes nothing else. The owner of the Cloud API key needs OrganizationAdmin. Credentials
come from CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or CONFLUENT_FLINK_TOKEN_FILE beside --identity-pool. Exit code 3: an assumption is
false. Exit code 4: none was found false, and something could not be checked that usually can. Exit code 1: something could not be removed.

Examples:
  npx --no -- confluent-flink conformance --environment env-abc123 --region aws.us-east-2
  npx --no -- confluent-flink conformance --environment env-abc123 --region aws.us-east-2 --yes --json > conformance.json
  npx --no -- confluent-flink conformance --environment env-abc123 --region aws.us-east-2 --write-profile seen.json
  npx --no -- confluent-flink conformance --environment env-abc123 --region aws.us-east-2 --clean`;

/** `conformance`: checks on the service itself what this package assumes of it. */
export function addConformanceCommand(program: Command): void {
    program
        .command("conformance")
        .description(
            "check on Confluent Cloud itself what this package assumes of it (the repository's docs/assumptions.md)",
        )
        .requiredOption(
            "--environment <id>",
            "environment that its keys open: env-abc123, best one that is not in use",
        )
        .requiredOption("--region <cloud.region>", "region that its keys open: aws.us-east-2")
        .option("--role <name>", "role that its service account gets on the environment", "FlinkDeveloper")
        .option("--endpoint <url>", "ask there instead of the region's public Flink endpoint")
        .option("--budget <duration>", "check nothing more after that, from 1m to 60m", "15m")
        .option("--foreign-key <id>", "id of a key of another organization, to see how it is refused")
        .option("--identity-pool <id>", "with CONFLUENT_FLINK_TOKEN_FILE: pool-abc123")
        .addOption(new Option("--write-profile <file>", "write what was seen for the emulator's --profile"))
        .option("--clean", "only remove what killed runs have left")
        .option("--yes", "begin without a question")
        .option(
            "--json",
            "print the report as JSON, without ids of yours (the repository's docs/conformance.schema.json)",
        )
        .addHelpText("after", help)
        .action((options, command: Command) =>
            runConformance().runConformance(options, { version: command.parent?.version() ?? "" }),
        );
}

/** Loaded when the command runs, not when it is declared. */
function runConformance(): typeof import("./conformance/runConformance") {
    return require("./conformance/runConformance");
}
