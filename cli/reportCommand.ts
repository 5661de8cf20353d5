import { type Command, Option } from "commander";

const help = `
Credentials and endpoint come from CONFLUENT_CLOUD_API_KEY, CONFLUENT_CLOUD_API_SECRET and CONFLUENT_CLOUD_ENDPOINT, or
from a stack's config. A secret is never part of a report. Exit code 4: something could not be read, so that what is
missing proves nothing. Exit code 1: no stack could be read at all.

Examples:
  npx --no -- confluent-flink report
  npx --no -- confluent-flink report --probe --html flink-keys.html
  npx --no -- confluent-flink report --markdown >> "$GITHUB_STEP_SUMMARY"
  npx --no -- confluent-flink report --fail-on stray,overdue,older-than=90d
  npx --no -- confluent-flink report --state exported/ --json | jq '.keys[] | select(.status == "stray") | .id'
  npx --no -- confluent-flink report --serve 9464 --refresh 300`;

/** `report`: every Flink key, who holds it, how old it is, what is due. */
export function addReportCommand(program: Command): void {
    const command = addSourceOptions(program.command("report"))
        .description("show all Flink keys: owner, scope, age, next rotation, readiness, who manages them")
        .addOption(
            new Option("--json", "print JSON, of the shape that --json-schema prints").conflicts([
                "markdown",
                "prometheus",
                "csv",
            ]),
        )
        .option("--json-schema", "print the JSON schema of --json, and ask nobody")
        .addOption(
            new Option("--markdown", "print Markdown, for a pull request or job summary").conflicts([
                "prometheus",
                "csv",
            ]),
        )
        .addOption(new Option("--prometheus", "print metrics in Prometheus' text format").conflicts("csv"))
        .option("--csv", "print all keys as CSV, a row each")
        .option("--output <file>", "write what would be printed to this file, whole or not at all")
        .option("--html <file>", "write a page that needs nothing else, beside what is printed")
        .option("--probe", "ask the regions' Flink endpoints with every managed key (reads their secrets)")
        .option("--holders", "decrypt the states to see which resources hold which key")
        .option("--stack <stack>", "only keys of this stack: prod, or confluent-flink/prod")
        .option("--owner <owner>", "only keys of this owner, by id or name: sa-111aaa")
        .option("--environment <environment>", "only keys of this environment, by id or name: env-abc123")
        .option(
            "--fail-on <conditions>",
            "end with 3 where one holds: stray, overdue, orgadmin, drift, unready, roleless, unrotated, superseded-in-use, older-than=90d",
        )
        .option("--serve [port]", "serve page and /metrics on 127.0.0.1 (default port 9464)")
        .option("--refresh <seconds>", "under --serve: age at which the report is read again (default 60)");
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
            "exported states, files or folders, in place of asking Pulumi for every stack of the project",
        )
        .option("--project <folder...>", "folders of further Pulumi projects, whose stacks are read as well")
        .option("--backend <url...>", "backends to read, in place of the one that Pulumi is logged in to")
        .option("--config-from <stack>", "take credentials and endpoint from this stack's config");
}

/** Loaded when the command runs, not when it is declared. */
function runReport(): typeof import("./report/runReport") {
    return require("./report/runReport");
}
