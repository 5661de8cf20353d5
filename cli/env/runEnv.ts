import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { FlinkEnvironmentVariables } from "../../components";
import { parseFlinkRegion } from "../../components/flinkRegion";
import { CommandFailure, exitCodes, orWrongUsage, ProgramEnded } from "../exitCodes";
import { printLine, printNote } from "../output";
import { pulumiJson, runPulumi } from "../runPulumi";
import { requireWritable, writeFileAtomically } from "../writeFileAtomically";
import { type EnvironmentFormat, environmentText, environmentVariables, formats } from "./environmentText";

export interface EnvOptions {
    readonly stack: string;
    readonly region?: string;
    readonly format: string;
    /** Name of the stack output. */
    readonly from: string;
    /** File to write to, mode 600. */
    readonly output?: string;
    readonly prefix?: string;
    readonly computePool?: string;
    readonly showSecrets?: boolean;
    readonly json?: boolean;
    readonly cwd: string;
}

/** `env` */
export async function runEnv(
    options: EnvOptions,
    run = runPulumi,
    command: readonly string[] = [],
): Promise<void> {
    const format = (options.json ? "json" : options.format) as EnvironmentFormat;
    if (!formats.includes(format)) {
        throw new CommandFailure(
            `--format: got "${format}", expected one of ${formats.join(", ")}`,
            exitCodes.usage,
        );
    }
    const { computePool } = options;
    if (computePool !== undefined && !/^lfcp-\w+$/.test(computePool)) {
        throw new CommandFailure(
            `--compute-pool: got "${computePool}", expected the id of a compute pool such as lfcp-abc123`,
            exitCodes.usage,
        );
    }
    const { prefix } = options;
    if (prefix !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) {
        throw new CommandFailure(
            `--prefix: got "${prefix}", expected letters, digits and underscores, such as ORDERS_`,
            exitCodes.usage,
        );
    }
    if (command.length > 0 && (options.output !== undefined || options.json)) {
        throw new CommandFailure(
            "--output and --json: not allowed with a command to run, because nothing is printed",
            exitCodes.usage,
        );
    }
    if (options.output !== undefined) requireWritable("--output", options.output);
    // The whole output is secret: without --show-secrets, Pulumi does not even show the region.
    const args = ["stack", "output", "--stack", options.stack, "--json", "--show-secrets"];
    const outputs = (await pulumiJson(run, args, options.cwd)) as Record<string, unknown>;
    const environment = chooseRegion(outputs[options.from], options);
    const settings = {
        format,
        showSecrets: options.showSecrets === true,
        computePoolId: computePool,
        prefix,
    };
    if (command.length > 0) {
        await runWith(environmentVariables(environment, settings), command);
        return;
    }
    const text = environmentText(environment, settings);
    // Other users of this machine must not be able to read the file, not even while it is written.
    if (options.output !== undefined) writeFileAtomically("--output", options.output, `${text}\n`, 0o600);
    else printLine(text);
    const isForShell = format === "export" && options.output === undefined;
    if (isForShell && settings.showSecrets && computePool === undefined && prefix === undefined) {
        printNote(
            "# With these variables set, pulumi fails in this shell: the official provider needs all seven of its Flink variables or none. Use a subshell, --prefix, or npx pulumi-confluent-flink env … -- COMMAND.",
        );
    }
}

/** Runs a command with the variables, including the secret, and ends with its exit code. */
async function runWith(variables: Record<string, string>, command: readonly string[]): Promise<void> {
    const [file, ...args] = command as [string, ...string[]];
    const child = spawn(file, args, { stdio: "inherit", env: { ...process.env, ...variables } });
    // A terminal sends Ctrl-C to both processes. Only the command should react to it.
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    try {
        const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
            (resolve, reject) => {
                child.once("error", reject);
                child.once("exit", (...end) => resolve(end));
            },
        );
        throw new ProgramEnded(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    } catch (error) {
        if (error instanceof ProgramEnded) throw error;
        const { code } = error as NodeJS.ErrnoException;
        throw new CommandFailure(`${file}: could not be run (${code})`, exitCodes.usage);
    } finally {
        process.off("SIGINT", ignore);
    }
}

function chooseRegion(output: unknown, { region, from, stack }: EnvOptions): FlinkEnvironmentVariables {
    const byRegion = (typeof output === "object" && output !== null ? output : {}) as Record<
        string,
        FlinkEnvironmentVariables
    >;
    const regions = Object.keys(byRegion).filter(
        (one) => typeof byRegion[one]?.FLINK_API_SECRET === "string",
    );
    if (regions.length === 0) {
        throw new CommandFailure(
            `Stack ${stack} has no output "${from}" that contains FlinkAccess.environmentVariables. Add export const ${from} = pulumi.secret(access.environmentVariables) to the program and run pulumi up, or name another output with --from.`,
            exitCodes.usage,
        );
    }
    const wanted =
        region === undefined
            ? onlyOne(regions)
            : orWrongUsage(() => parseFlinkRegion(region, "--region").name);
    const found = wanted === undefined ? undefined : byRegion[wanted];
    if (typeof found?.FLINK_API_KEY !== "string") {
        throw new CommandFailure(
            `--region: got ${region === undefined ? "nothing" : `"${region}"`}, expected one of ${regions.join(", ")} (stack ${stack})`,
            exitCodes.usage,
        );
    }
    return found;
}

function onlyOne(regions: readonly string[]): string | undefined {
    return regions.length === 1 ? regions[0] : undefined;
}
