import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CommandFailure, exitCodes } from "./exitCodes";

/**
 * Fails if the file cannot be written. Commands call it first, so that they do not find out only after everything was
 * read. `option` names the file in the message: `--html`.
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
        throw wrong(`folder ${folder} does not exist`);
    try {
        accessSync(found && !found.isFile() ? path : folder, constants.W_OK);
    } catch {
        throw wrong(`no permission to write in ${folder}`);
    }
}

/**
 * Writes a file completely or not at all; until then, readers see the old file. Something other than a regular file,
 * such as /dev/stdout, is written to directly.
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
            `${option}: got ${path}, which could not be written (${code}); the old file, if any, was not changed`,
        );
    }
}
