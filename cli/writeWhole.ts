import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CommandFailure, exitCodes } from "./exitCodes";

/**
 * Fails where a file could not be written there: for commands that would otherwise find out after everything was read.
 * `option` names it in the message: `--html`.
 */
export function requireWritable(option: string, path: string): void {
    const folder = dirname(resolve(path));
    const found = statSync(path, { throwIfNoEntry: false });
    const wrong = (got: string): CommandFailure =>
        new CommandFailure(
            `${option}: got ${path} (${got}), expected a file that can be written`,
            exitCodes.usage,
        );
    if (found?.isDirectory()) throw wrong("a folder");
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
        throw wrong(`there is no folder ${folder}`);
    try {
        accessSync(found && !found.isFile() ? path : folder, constants.W_OK);
    } catch {
        throw wrong(`no right to write in ${folder}`);
    }
}

/**
 * Writes a file whole or not at all: whoever reads it meanwhile sees the one before. What is no regular file, such as
 * /dev/stdout, is written to directly.
 */
export function writeWhole(option: string, path: string, text: string, mode = 0o666): void {
    const found = statSync(path, { throwIfNoEntry: false });
    const isOwn = found === undefined || found.isFile();
    const target = isOwn ? `${path}.${process.pid}.new` : path;
    try {
        writeFileSync(target, text, isOwn ? { mode, flag: "wx" } : {});
        if (isOwn) renameSync(target, path);
    } catch (error) {
        if (isOwn) rmSync(target, { force: true });
        const { code } = error as NodeJS.ErrnoException;
        throw new CommandFailure(
            `${option}: got ${path}, which could not be written (${code}); it was left as it was`,
        );
    }
}
