import { runProgram } from "../../cli/runProgram";

export interface CommandResult {
    readonly exitCode: number;
    readonly out: string;
    readonly err: string;
}

/** Runs `confluent-flink` in this process with these variables of the environment, and gives what it printed. */
export async function runCommand(env: NodeJS.ProcessEnv, ...args: string[]): Promise<CommandResult> {
    const before = process.env;
    let [out, err] = ["", ""];
    const spies = [
        jest.spyOn(process.stdout, "write").mockImplementation((text) => {
            out += String(text);
            return true;
        }),
        jest.spyOn(process.stderr, "write").mockImplementation((text) => {
            err += String(text);
            return true;
        }),
    ];
    process.env = { ...env };
    try {
        const exitCode = await runProgram("1.2.3", args);
        return { exitCode, out, err };
    } finally {
        process.env = before;
        for (const spy of spies) spy.mockRestore();
    }
}
