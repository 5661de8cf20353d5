import { type Command, Option } from "commander";
import { addSourceOptions, whenRun } from "./commandOptions";

const help = `
Credentials and endpoint come from CONFLUENT_CLOUD_API_KEY, CONFLUENT_CLOUD_API_SECRET and CONFLUENT_CLOUD_ENDPOINT, or
from a stack's config. A report never contains a secret. Exit code 4: something could not be read, so the report is
incomplete. Exit code 1: no stack could be read at all.

Examples:
  npx pulumi-confluent-flink report
  npx pulumi-confluent-flink report --probe --html flink-keys.html
  npx pulumi-confluent-flink report --markdown >> "$GITHUB_STEP_SUMMARY"
  npx pulumi-confluent-flink report --fail-on stray,overdue,older-than=90d
  npx pulumi-confluent-flink report --due-within 30d
  npx pulumi-confluent-flink report --state exported/ --json | jq '.keys[] | select(.status == "stray") | .id'
  npx pulumi-confluent-flink report --serve 9464 --refresh 300`;

/** `report`: shows every Flink API key with owner, age and next rotation. */
export function addReportCommand(program: Command): void {
    const command = addSourceOptions(program.command("report"))
        .description("show all Flink keys: owner, scope, age, next rotation, readiness, stack")
        .addOption(
            new Option("--json", "print JSON, as --json-schema describes it").conflicts([
                "markdown",
                "prometheus",
                "csv",
            ]),
        )
        .option("--json-schema", "print the JSON schema of --json, without any request")
        .addOption(
            new Option("--markdown", "print Markdown, for a pull request or job summary").conflicts([
                "prometheus",
                "csv",
            ]),
        )
        .addOption(
            new Option("--prometheus", "print metrics in the text format of Prometheus").conflicts("csv"),
        )
        .option("--csv", "print all keys as CSV, one row each")
        .option("--output <file>", "write the output to this file, completely or not at all")
        .option("--html <file>", "also write a self-contained HTML page")
        .option("--probe", "try every managed key at its region's Flink endpoint (reads the secrets)")
        .option("--holders", "decrypt the states to find the resources that contain a key")
        .option("--organization <id>", "only stacks of this organization, that of the credentials: a UUID")
        .option("--stack <stack>", "only keys of this stack: prod, or confluent-flink/prod")
        .option("--owner <owner>", "only keys of this owner, by id or name: sa-111aaa")
        .option("--environment <environment>", "only keys of this environment, by id or name: env-abc123")
        .option(
            "--due-within <time>",
            "only keys whose rotation is due, or whose overlap ends, within this time: 30d",
        )
        .option(
            "--fail-on <conditions>",
            "end with exit code 3 if a condition is met: overdue, stray, drift, unready, roleless, superseded-in-use, orgadmin, unrotated, older-than=90d, due-within=30d",
        )
        .option("--serve [port]", "serve page and /metrics on 127.0.0.1 (default port 9464)")
        .option(
            "--refresh <seconds>",
            "with --serve: read everything again if the report is older than this (default 60)",
        );
    command
        .addHelpText("after", help)
        .action((options) =>
            whenRun<typeof import("./report/runReport")>("./report/runReport").runReport(options),
        );
}
