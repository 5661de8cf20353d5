import type { Command } from "commander";
import { collect, cwdOption, whenRun } from "./commandOptions";

const help = `
Use it for keys that a deployment left unverified because it could not reach the region's Flink endpoint. Run it inside the
private network. HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS apply. Exit code 3: a key is refused. Exit code 4: an endpoint
cannot be reached from here either.

Examples:
  npx pulumi-confluent-flink verify --stack prod
  npx pulumi-confluent-flink verify --stack prod --region aws.us-east-2 --endpoint https://flink-1234j.us-east-2.aws.confluent.cloud
  pulumi stack export --stack prod --show-secrets | ssh jump-host npx pulumi-confluent-flink verify --state -`;

/** `verify`: checks from any machine that a stack's keys are accepted. */
export function addVerifyCommand(program: Command): void {
    program
        .command("verify")
        .description("check from this machine that the keys of a stack are accepted")
        .option("--stack <stack>", "a deployed stack: prod, or org/project/prod")
        .option(
            "--state <file>",
            "a file with the output of pulumi stack export --show-secrets, instead of --stack; - for standard input",
        )
        .option("--region <cloud.region>", "only this region; repeatable: aws.us-east-2", collect)
        .option("--endpoint <url>", "use this endpoint instead of the one in the state")
        .option("--organization <id>", "the organization's id, if the stack does not contain it")
        .option("--timeout <duration>", "time limit of one request", "10s")
        .option("--json", "print [{ apiKey, scope, restEndpoint, readiness, reason }] as JSON")
        .addOption(cwdOption())
        .addHelpText("after", help)
        .action((options) =>
            whenRun<typeof import("./verify/runVerify")>("./verify/runVerify").runVerify(options),
        );
}
