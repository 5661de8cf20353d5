import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CommandFailure, wrongUsage } from "./exitCodes";

/**
 * Throws if the file cannot be written. Commands call it before they read anything, because reading can take long.
 * `option` is the option in the message: `--html`.
 */
export function requireWritable(option: string, path: string): void {
    const folder = dirname(resolve(path));
    const found = statSync(path, { throwIfNoEntry: false });
    const notWritable = (got: string): CommandFailure =>
        wrongUsage(`${option}: got ${path} (${got}), expected a file that can be written`);
    if (found?.isDirectory()) throw notWritable("a folder");
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
        throw notWritable(`folder ${folder} does not exist`);
    try {
        accessSync(found && !found.isFile() ? path : folder, constants.W_OK);
    } catch {
        throw notWritable(`no permission to write in ${folder}`);
    }
}

/**
 * Writes a file completely or not at all. Until it is complete, readers see the old file. Anything that is not a regular
 * file, such as /dev/stdout, is written to directly.
 */
export function writeFileAtomically(option: string, path: string, text: string, mode = 0o666): void {
    const found = statSync(path, { throwIfNoEntry: false });
    const isRegular = found === undefined || found.isFile();
    const target = isRegular ? `${path}.${process.pid}.new` : path;
    try {
        writeFileSync(target, text, isRegular ? { mode, flag: "wx" } : {});
        if (isRegular) renameSync(target, path);
    } catch (error) {
        if (isRegular) rmSync(target, { force: true });
        const { code } = error as NodeJS.ErrnoException;
        throw new CommandFailure(
            `${option}: got ${path}, which could not be written (${code}); the old file, if any, was not changed`,
        );
    }
}
