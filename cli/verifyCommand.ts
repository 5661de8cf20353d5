import { type Command, Option } from "commander";

const help = `
For keys that a deployment left unverified, because the machine it ran on does not reach the region's Flink endpoint: run
it from inside the network. HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS are honoured. Exit code 3: a key is refused.
Exit code 4: an endpoint is out of reach from here, too.

Examples:
  npx --no -- confluent-flink verify --stack prod
  npx --no -- confluent-flink verify --stack prod --region aws.us-east-2 --endpoint https://flink-1234j.us-east-2.aws.confluent.cloud
  pulumi stack export --stack prod --show-secrets | ssh jump-host npx --no -- confluent-flink verify --state -`;

/** `verify`: proves the keys of a stack later, and from elsewhere. */
export function addVerifyCommand(program: Command): void {
    program
        .command("verify")
        .description("prove that the keys of a stack are accepted, from the machine it runs on")
        .option("--stack <stack>", "a stack that is deployed: prod, or org/project/prod")
        .option(
            "--state <file>",
            "in its place, what pulumi stack export --show-secrets wrote; - for standard input",
        )
        .option("--region <cloud.region>", "only this one; repeatable: aws.us-east-2", collect, [])
        .option("--endpoint <url>", "ask there instead of the endpoint in the state")
        .option("--organization <id>", "the organization's id, where the stack does not tell it")
        .option("--timeout <duration>", "limit of one request", "10s")
        .option("--json", "print [{ apiKey, scope, restEndpoint, readiness, reason }] as JSON")
        .addOption(
            new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one"),
        )
        .addHelpText("after", help)
        .action((options) => runVerify().runVerify(options));
}

function collect(value: string, all: string[]): string[] {
    return [...all, value];
}

/** Loaded when the command runs, not when it is declared. */
function runVerify(): typeof import("./verify/runVerify") {
    return require("./verify/runVerify");
}
