import { existsSync } from "node:fs";
import { join } from "node:path";

export const installedCommand = "npx pulumi-confluent-flink";
/** In a clone of this repository: npx would pack and build the package first. */
export const commandInClone = "npm run --silent flink --";

/** How messages of the provider, which runs in the project's folder, name the command. */
export const commandName = existsSync(join(process.cwd(), "cli", "fromClone.js"))
    ? commandInClone
    : installedCommand;
