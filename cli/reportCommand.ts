import { type Command, Option } from "commander";

const help = `
Credentials and endpoint come from CONFLUENT_CLOUD_API_KEY, CONFLUENT_CLOUD_API_SECRET and CONFLUENT_CLOUD_ENDPOINT, or
from a stack's config. A report never contains a secret. Exit code 4: something could not be read, so the report is
incomplete. Exit code 1: no stack could be read at all.

Examples:
  npx --no -- confluent-flink report
  npx --no -- confluent-flink report --probe --html flink-keys.html
  npx --no -- confluent-flink report --markdown >> "$GITHUB_STEP_SUMMARY"
  npx --no -- confluent-flink report --fail-on stray,overdue,older-than=90d
  npx --no -- confluent-flink report --state exported/ --json | jq '.keys[] | select(.status == "stray") | .id'
  npx --no -- confluent-flink report --serve 9464 --refresh 300`;

/** `report`: every Flink API key, its owner, its age, and what is due. */
export function addReportCommand(program: Command): void {
    const command = addSourceOptions(program.command("report"))
        .description("show all Flink keys: owner, scope, age, next rotation, readiness, who manages them")
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
        .option("--stack <stack>", "only keys of this stack: prod, or confluent-flink/prod")
        .option("--owner <owner>", "only keys of this owner, by id or name: sa-111aaa")
        .option("--environment <environment>", "only keys of this environment, by id or name: env-abc123")
        .option(
            "--fail-on <conditions>",
            "end with exit code 3 if a condition is met: stray, overdue, orgadmin, drift, unready, roleless, unrotated, superseded-in-use, older-than=90d",
        )
        .option("--serve [port]", "serve page and /metrics on 127.0.0.1 (default port 9464)")
        .option("--refresh <seconds>", "with --serve: age at which the report is read again (default 60)");
    command.addHelpText("after", help).action((options) => runReport().runReport(options));
}

/** The options that say what a report reads. */
export function addSourceOptions(command: Command): Command {
    return command
        .addOption(
            new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one"),
        )
        .option(
            "--state <path...>",
            "exported states (files or folders), instead of the project's stacks in the backend",
        )
        .option("--project <folder...>", "folders of other Pulumi projects, to read their stacks too")
        .option(
            "--backend <url...>",
            "URLs of the backends to read, instead of the one that Pulumi is logged in to",
        )
        .option("--config-from <stack>", "take credentials and endpoint from this stack's config");
}

/** Loaded when the command runs, not when it is declared. */
function runReport(): typeof import("./report/runReport") {
    return require("./report/runReport");
}
