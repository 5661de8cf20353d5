import type { Command } from "commander";
import { whenRun } from "./commandOptions";

const help = `
The command creates service accounts, role bindings and API keys (names pcf-conformance-…), and deletes them at the end, also after an error or Ctrl-C. It changes nothing else, and asks for confirmation before it begins. The owner of the
Cloud API key needs OrganizationAdmin. Credentials come from CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or from
CONFLUENT_FLINK_TOKEN_FILE with --identity-pool. Exit code 3: an assumption is false. Exit code 4: no assumption was found
false, but some could not be checked. Exit code 1: something could not be deleted.

Examples:
  npx pulumi-confluent-flink conformance --environment env-abc123 --region aws.us-east-2
  npx pulumi-confluent-flink conformance --environment env-abc123 --region aws.us-east-2 --yes --json > conformance.json
  npx pulumi-confluent-flink conformance --environment env-abc123 --region aws.us-east-2 --write-profile seen.json
  npx pulumi-confluent-flink conformance --environment env-abc123 --region aws.us-east-2 --clean`;

/** `conformance`: checks this package's assumptions about Confluent Cloud in a real organization. */
export function addConformanceCommand(program: Command): void {
    program
        .command("conformance")
        .description(
            "check on Confluent Cloud itself what this package assumes about it (docs/assumptions.md in the repository)",
        )
        .requiredOption(
            "--environment <id>",
            "environment of the keys: env-abc123; choose one that is not in production",
        )
        .requiredOption("--region <cloud.region>", "region of the keys: aws.us-east-2")
        .option("--role <name>", "role of the service account on the environment", "FlinkDeveloper")
        .option("--endpoint <url>", "use this endpoint instead of the region's public Flink endpoint")
        .option("--budget <duration>", "time limit of the checks, from 1m to 60m", "20m")
        .option("--foreign-key <id>", "id of a key of another organization, to check how it is refused")
        .option("--foreign-environment <id>", "id of an environment of another organization, likewise")
        .option(
            "--default-pool",
            "run a statement without a compute pool, which may create one; it is deleted afterwards, and costs money",
        )
        .option(
            "--identity-pool <id>",
            "identity pool of the token in CONFLUENT_FLINK_TOKEN_FILE: pool-abc123",
        )
        .option("--write-profile <file>", "write measured times and statuses for the emulator's --profile")
        .option("--clean", "only delete what killed runs have left")
        .option("--yes", "do not ask; required without a terminal")
        .option(
            "--json",
            "print the report as JSON, without ids of your organization (schema: docs/conformance.schema.json in the repository)",
        )
        .addHelpText("after", help)
        .action((options, command: Command) =>
            whenRun<typeof import("./conformance/runConformance")>(
                "./conformance/runConformance",
            ).runConformance(options, { version: command.parent?.version() ?? "" }),
        );
}
