/**
 * How `confluent-flink` ends, for scripts and pipelines. Every command keeps to this one table; the main help prints
 * it. A number never changes its meaning.
 */
export const exitCodes = {
    /** Done, and nothing was found. */
    ok: 0,
    /** It could not be done: Confluent Cloud, Pulumi or a file answered otherwise than needed. */
    failed: 1,
    /** The command line itself is wrong: unknown command, missing or malformed option. */
    usage: 2,
    /** It was done, and something is not as it should be: a mistake in a stack file, a refused key, `--fail-on`. */
    found: 3,
    /** It was done as far as possible, and something could not be asked or read: an endpoint out of reach, a stack, keys. */
    unverified: 4,
    /** `drift`: nothing drifted, and the rotation of a key is due: run `pulumi up`. */
    rotationDue: 5,
    /** `drift`: Confluent Cloud is not as the stack says. A due rotation may come on top. */
    drift: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The table as the main help shows it. */
export const exitCodesHelp = `Exit codes:
  0  done, nothing found
  1  failed: Confluent Cloud, Pulumi or a file answered otherwise than needed
  2  wrong usage: unknown command, missing or malformed option
  3  found: a mistake in a stack file, a key that is refused, a --fail-on condition
  4  unverified: an endpoint that is out of reach, or something that could not be read
  5  drift: a rotation is due, nothing drifted
  6  drift: Confluent Cloud is not as the stack says`;

/**
 * Ends the command with one line on standard error and the given code: `2 mistakes in 3 stack files`. Any other error
 * ends it with 1.
 */
export class CommandFailure extends Error {
    override readonly name = "CommandFailure";
    readonly exitCode: ExitCode;

    constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
        super(message);
        this.exitCode = exitCode;
    }
}

/** Ends the command, without a word, as the program ended that it ran for the user: `env … -- job.sh`. */
export class ProgramEnded extends Error {
    override readonly name = "ProgramEnded";
    readonly exitCode: number;

    constructor(exitCode: number) {
        super(`exit code ${exitCode}`);
        this.exitCode = exitCode;
    }
}
