import { runCommandLine } from "../../cli/runCommandLine";
import { captureOutput } from "../cli/capturedOutput";

export interface CommandResult {
    readonly exitCode: number;
    readonly out: string;
    readonly err: string;
}

/** Runs `pulumi-confluent-flink` in this process with these environment variables, and returns its output. */
export async function runCommand(env: NodeJS.ProcessEnv, ...args: string[]): Promise<CommandResult> {
    const before = process.env;
    const output = captureOutput();
    process.env = { ...env };
    try {
        const exitCode = await runCommandLine("1.2.3", args);
        return { exitCode, out: output.out, err: output.err };
    } finally {
        process.env = before;
        output.release();
    }
}
