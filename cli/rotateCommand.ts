import type { Command } from "commander";
import { collect, cwdOption, whenRun } from "./commandOptions";

const help = `
The command takes these steps, and prints each one first:
  1. It copies the stack file and adds a text to rotation.trigger in the copy. With --revoke-old it also sets the
     overlap to 0s.
  2. It runs pulumi preview and shows what would change.
  3. It names the keys that will be deleted, and asks for confirmation on a terminal. Without a terminal it needs
     --yes.
  4. It runs pulumi up, and again as long as a key remains that should be gone.
  5. It runs pulumi up with the unchanged stack file. This replaces no key: a trigger that loses a text does not
     rotate.
Then it shows each region's keys: the current one, the superseded ones and until when they work, the deleted ones.
Exit code 1: a key was not replaced, or a key that should be gone still works. It never changes the stack file. It
works in projects whose Pulumi.yaml declares rotation, such as this package's own program.

Examples:
  npx pulumi-confluent-flink rotate --stack prod
  npx pulumi-confluent-flink rotate --stack prod --region aws.us-east-2 --revoke-old --yes`;

/** `rotate`: replaces the keys of a stack now. */
export function addRotateCommand(program: Command): void {
    program
        .command("rotate")
        .description(
            "replace the keys of a stack now; with --revoke-old, delete the old keys at once, as after a leak",
        )
        .requiredOption("--stack <stack>", "a deployed stack: prod")
        .option("--region <cloud.region>", "only this one; repeatable: aws.us-east-2", collect)
        .option("--revoke-old", "delete the old keys as soon as the new ones are accepted")
        .option("--reason <text>", "a text for the trigger: leaked in a build log", "by hand")
        .option("--yes", "do not ask; required without a terminal")
        .option(
            "--json",
            "print [{ region, from, to, keys: [{ apiKey, place, isNew, status, endsAt }] }] as JSON",
        )
        .addOption(cwdOption())
        .addHelpText("after", help)
        .action((options) =>
            whenRun<typeof import("./rotate/runRotate")>("./rotate/runRotate").runRotate(options),
        );
}
