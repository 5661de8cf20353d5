import { existsSync } from "node:fs";
import { join } from "node:path";

export const installedCommand = "npx pulumi-confluent-flink";
/** In a clone of this repository: npx would pack and build the package first. */
export const commandInClone = "npm run --silent flink --";

// The package has no such file. In the archive of the plugin, there is no package around this code.
const isClone = ["..", "../.."].some((root) => existsSync(join(__dirname, root, "cli", "fromClone.js")));

export const commandName = isClone ? commandInClone : installedCommand;
