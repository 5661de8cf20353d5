import { type Command, CommanderError } from "commander";
import { plainLines, plainText } from "../confluent/plainText";
import { closestName } from "./closestName";
import { createCommandLine } from "./commandLine";
import { CommandFailure, exitCodes, ProgramEnded } from "./exitCodes";

/** Runs `pulumi-confluent-flink` with these arguments and returns its exit code. Errors go to standard error, in one line. */
export async function runCommandLine(version: string, args: readonly string[]): Promise<number> {
    const program = createCommandLine(version);
    for (const command of [program, ...descendants(program)]) command.exitOverride();
    const [first, topic] = args;
    if (first === "help" && topic !== undefined && !program.commands.some((one) => one.name() === topic)) {
        const names = program.commands.map((one) => one.name());
        const meant = closestName(topic, names);
        process.stderr.write(
            `error: unknown command '${plainText(topic)}', expected one of ${names.join(", ")}${meant ? `; did you mean ${meant}?` : ""}\n`,
        );
        return exitCodes.usage;
    }
    try {
        await program.parseAsync(args, { from: "user" });
        return exitCodes.ok;
    } catch (error) {
        if (error instanceof CommanderError) {
            // Commander has already printed the error. --help and --version are not errors.
            return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
        }
        if (error instanceof ProgramEnded) return error.exitCode;
        const exitCode = error instanceof CommandFailure ? error.exitCode : exitCodes.failed;
        // The errors of commander have this prefix too.
        const prefix = exitCode === exitCodes.usage ? "error: " : "";
        process.stderr.write(
            `${prefix}${plainLines(error instanceof Error ? error.message : String(error))}\n`,
        );
        return exitCode;
    }
}

function descendants(command: Command): Command[] {
    return command.commands.flatMap((child) => [child, ...descendants(child)]);
}
