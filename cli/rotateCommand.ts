import { type Command, Option } from "commander";

const help = `
In this order, each step said before it is done:
  1. copies the stack file, and sets rotation.trigger in the copy; with --revoke-old the overlap too, to 0s
  2. previews, and shows what would change
  3. asks, on a terminal, or wants --yes
  4. runs pulumi up; with --revoke-old until no old key is left
  5. runs pulumi up with the stack file as it is, which exchanges nothing: a trigger that goes away does not
Then it shows which key took over from which, and until when the old one works. The stack file is never changed. It is for projects whose Pulumi.yaml declares
rotation, as this package's own program does.

Examples:
  npx --no -- confluent-flink rotate --stack prod
  npx --no -- confluent-flink rotate --stack prod --region aws.us-east-2 --revoke-old --yes`;

/** `rotate`: a new key for each region now. */
export function addRotateCommand(program: Command): void {
    program
        .command("rotate")
        .description("give a stack new keys now; with --revoke-old the old ones end at once, as after a leak")
        .requiredOption("--stack <stack>", "a stack that is deployed: prod")
        .option("--region <cloud.region>", "only this one; repeatable: aws.us-east-2", collect)
        .option("--revoke-old", "delete the old keys as soon as the new ones are accepted")
        .option("--reason <text>", "stands in the trigger: leaked in a build log", "by hand")
        .option("--yes", "do not ask; needed where there is no terminal")
        .option("--json", "print [{ region, from, to, oldEndsAt }] as JSON")
        .addOption(
            new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one"),
        )
        .addHelpText("after", help)
        .action((options) => runRotate().runRotate(options));
}

function collect(value: string, all: string[] = []): string[] {
    return [...all, value];
}

/** Loaded when the command runs, not when it is declared. */
function runRotate(): typeof import("./rotate/runRotate") {
    return require("./rotate/runRotate");
}
