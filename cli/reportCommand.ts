import { type Command, Option } from "commander";

const help = `
Credentials and endpoint come from CONFLUENT_CLOUD_API_KEY, CONFLUENT_CLOUD_API_SECRET and CONFLUENT_CLOUD_ENDPOINT, or
from a stack's config. A secret is never part of a report.

Examples:
  confluent-flink report
  confluent-flink report --probe --html flink-keys.html
  confluent-flink report --markdown >> "$GITHUB_STEP_SUMMARY"
  confluent-flink report --fail-on stray,overdue,older-than=90d
  confluent-flink report --state exported/ --json | jq '.keys[] | select(.status == "stray") | .id'
  confluent-flink report --serve 9464 --refresh 300`;

/** `report`: every Flink key, who holds it, how old it is, what is due. */
export function addReportCommand(program: Command): void {
    const command = addSourceOptions(program.command("report"))
        .description("show all Flink keys: owner, scope, age, next rotation, readiness, who manages them")
        .addOption(
            new Option("--json", "print JSON, of the shape that --json-schema prints").conflicts([
                "markdown",
                "prometheus",
            ]),
        )
        .option("--json-schema", "print the JSON schema of --json, and ask nobody")
        .addOption(
            new Option("--markdown", "print Markdown, for a pull request or job summary").conflicts(
                "prometheus",
            ),
        )
        .option("--prometheus", "print metrics in Prometheus' text format")
        .option("--html <file>", "write a page that needs nothing else, beside what is printed")
        .option("--probe", "ask the regions' Flink endpoints with every managed key (reads their secrets)")
        .option(
            "--fail-on <conditions>",
            "end with 3 where one holds: stray, overdue, orgadmin, drift, unready, older-than=90d",
        )
        .option("--serve [port]", "serve page and /metrics on 127.0.0.1 (default port 9464)")
        .addOption(
            new Option("--refresh <seconds>", "under --serve: age at which the report is read again").default(
                "60",
            ),
        );
    command.addHelpText("after", help).action((options) => runReport().runReport(options));
}

/** Where a report comes from. */
export function addSourceOptions(command: Command): Command {
    return command
        .addOption(
            new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one"),
        )
        .option(
            "--state <path...>",
            "exported states, files or folders, in place of asking Pulumi for every stack of stacks/",
        )
        .option("--config-from <stack>", "take credentials and endpoint from this stack's config");
}

/** Loaded when the command runs, not when it is declared. */
function runReport(): typeof import("./report/runReport") {
    return require("./report/runReport");
}
