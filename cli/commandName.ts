import { basename } from "node:path";
import { commandInClone, installedCommand } from "../provider/commandName";

/** How messages name the command: as it was called. */
export const commandName =
    basename(process.argv[1] ?? "") === "fromClone.js" ? commandInClone : installedCommand;

/** The text of a help, which names the installed command. */
export function withCommandName(help: string): string {
    return help.replaceAll(installedCommand, commandName);
}
