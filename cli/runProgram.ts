import { type Command, CommanderError } from "commander";
import { CommandFailure, exitCodes, ProgramEnded } from "./exitCodes";
import { createProgram } from "./program";
import { plainText } from "./report/plainText";
import { nearest } from "./stacks/nearest";

/** Runs `confluent-flink` with these arguments and returns its exit code. Errors go to standard error, in one line. */
export async function runProgram(version: string, args: readonly string[]): Promise<number> {
    const program = createProgram(version);
    for (const command of [program, ...descendants(program)]) command.exitOverride();
    const [first, asked] = args;
    if (first === "help" && asked !== undefined && !program.commands.some((one) => one.name() === asked)) {
        const names = program.commands.map((one) => one.name());
        const meant = nearest(asked, names);
        process.stderr.write(
            `error: unknown command '${plainText(asked)}', expected one of ${names.join(", ")}${meant ? `; did you mean ${meant}?` : ""}\n`,
        );
        return exitCodes.usage;
    }
    try {
        await program.parseAsync(args, { from: "user" });
        return exitCodes.ok;
    } catch (error) {
        if (error instanceof CommanderError) {
            // Commander has printed what is wrong. --help and --version are not errors.
            return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
        }
        if (error instanceof ProgramEnded) return error.exitCode;
        const exitCode = error instanceof CommandFailure ? error.exitCode : exitCodes.failed;
        // Like the errors of commander.
        const prefix = exitCode === exitCodes.usage ? "error: " : "";
        process.stderr.write(`${prefix}${error instanceof Error ? error.message : String(error)}\n`);
        return exitCode;
    }
}

function descendants(command: Command): Command[] {
    return command.commands.flatMap((child) => [child, ...descendants(child)]);
}
