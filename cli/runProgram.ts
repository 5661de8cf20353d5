import { type Command, CommanderError } from "commander";
import { CommandFailure, exitCodes, ProgramEnded } from "./exitCodes";
import { createProgram } from "./program";

/** Runs `confluent-flink` with these arguments and gives its exit code. Errors go to standard error, in one line. */
export async function runProgram(version: string, args: readonly string[]): Promise<number> {
    const program = createProgram(version);
    for (const command of [program, ...descendants(program)]) command.exitOverride();
    try {
        await program.parseAsync(args, { from: "user" });
        return exitCodes.ok;
    } catch (error) {
        if (error instanceof CommanderError) {
            // Commander has said what is wrong; help and version that were asked for are no error.
            return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
        }
        if (error instanceof ProgramEnded) return error.exitCode;
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        return error instanceof CommandFailure ? error.exitCode : exitCodes.failed;
    }
}

function descendants(command: Command): Command[] {
    return command.commands.flatMap((child) => [child, ...descendants(child)]);
}
