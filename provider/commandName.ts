import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

export const installedCommand = "npx pulumi-confluent-flink";
/** In a clone of this repository: npx would pack and build the package first. */
export const commandInClone = "npm run --silent flink --";

// The package has no such file.
const script = join(dirname(require.resolve("pulumi-confluent-flink/package.json")), "cli", "fromClone.js");

/** How messages of the provider name the command. */
export const commandName = existsSync(script) ? commandInClone : installedCommand;
