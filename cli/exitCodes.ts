/**
 * Exit codes of `pulumi-confluent-flink`, for scripts and pipelines. Every command uses this table, and the main help prints
 * it. A number never changes its meaning.
 */
export const exitCodes = {
    ok: 0,
    failed: 1,
    usage: 2,
    found: 3,
    unverified: 4,
    rotationDue: 5,
    drift: 6,
} as const;

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The table in the main help. */
export const exitCodesHelp = `Exit codes:
  0  completed, nothing found
  1  failed because of Confluent Cloud, Pulumi or a file
  2  wrong usage: unknown command, missing or invalid option
  3  found a problem: a mistake in a stack file, a refused key, a --fail-on condition
  4  unverified: an endpoint is out of reach, or something could not be read
  5  drift: nothing drifted, but a rotation is due
  6  drift: Confluent Cloud differs from the stack`;

/**
 * Ends the command with this exit code and one line on standard error: `2 mistakes in 3 stack files`. Any other error
 * ends it with exit code 1.
 */
export class CommandFailure extends Error {
    override readonly name = "CommandFailure";
    readonly exitCode: ExitCode;

    constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
        super(message);
        this.exitCode = exitCode;
    }
}

/** A mistake on the command line. The message begins with the option and says what was got and what is expected. */
export function wrongUsage(message: string): CommandFailure {
    return new CommandFailure(message, exitCodes.usage);
}

/** Ends the command silently with the exit code of the program that it ran for the user: `env … -- job.sh`. */
export class ProgramEnded extends Error {
    override readonly name = "ProgramEnded";
    readonly exitCode: number;

    constructor(exitCode: number) {
        super(`exit code ${exitCode}`);
        this.exitCode = exitCode;
    }
}

/** Runs `read`. An error that it throws gets the exit code for wrong usage. */
export function orWrongUsage<T>(read: () => T): T {
    try {
        return read();
    } catch (error) {
        throw wrongUsage((error as Error).message);
    }
}
