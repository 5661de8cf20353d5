import { basename } from "node:path";

const installed = "npx pulumi-confluent-flink";

/** How messages name the command. In a clone, npx would pack and build the package first: there it is `cli/fromClone.js`. */
export const commandName =
    basename(process.argv[1] ?? "") === "fromClone.js" ? "npm run --silent flink --" : installed;

/** The text of a help, which names the installed command. */
export function withCommandName(help: string): string {
    return help.replaceAll(installed, commandName);
}
