import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import type { FlinkEnvironmentVariables } from "../../components";
import { parseFlinkRegion } from "../../components/flinkRegion";
import { commandName } from "../commandName";
import { CommandFailure, orWrongUsage, ProgramEnded, wrongUsage } from "../exitCodes";
import { wrongValue } from "../optionValues";
import { printNote } from "../output";
import { parseStackState } from "../report/stackState";
import { pulumiJson, runPulumi } from "../runPulumi";
import { requireWritable, writeFileAtomically } from "../writeFileAtomically";
import {
    type EnvironmentFormat,
    environmentText,
    formats,
    type Variable,
    variablesOf,
} from "./environmentText";

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
        throw wrongValue("--format", format, `one of ${formats.join(", ")}`);
    }
    const { computePool, prefix } = options;
    if (computePool !== undefined && !/^lfcp-\w+$/.test(computePool))
        throw wrongValue("--compute-pool", computePool, "the id of a compute pool such as lfcp-abc123");
    if (prefix !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix))
        throw wrongValue("--prefix", prefix, "letters, digits and underscores, such as ORDERS_");
    if (command.length > 0 && (options.output !== undefined || options.json)) {
        throw wrongUsage(
            "--output and --json: not allowed with a command to run, because nothing is printed",
        );
    }
    if (options.output !== undefined) requireWritable("--output", options.output);
    // The whole output is secret: without --show-secrets, Pulumi does not even show the region.
    const args = ["stack", "output", "--stack", options.stack, "--json", "--show-secrets"];
    const outputs = (await pulumiJson(run, args, options.cwd)) as Record<string, unknown>;
    const found = regionsOf(outputs[options.from]);
    if (found.size === 0) throw await noOutput(options, run);
    const environment = chooseRegion(found, options);
    noteUnlessReady(environment.FLINK_API_KEY, outputs.keys, options);
    const variables = variablesOf(environment, computePool, prefix);
    if (command.length > 0) {
        await runWith(variables, command);
        return;
    }
    const text = environmentText(variables, format, options.showSecrets === true);
    // Other users of this machine must not be able to read the file, not even while it is written.
    if (options.output !== undefined) writeFileAtomically("--output", options.output, `${text}\n`, 0o600);
    else process.stdout.write(`${text}\n`);
    const isForShell = format === "export" && options.output === undefined;
    if (isForShell && options.showSecrets && computePool === undefined && prefix === undefined) {
        printNote(
            `# With these variables set, pulumi fails in this shell: the official provider needs all seven of its Flink variables or none. Use a subshell, --prefix, or ${commandName} env … -- COMMAND.`,
        );
    }
}

/** Runs a command with the variables, including the secret, and ends with its exit code. */
async function runWith(variables: readonly Variable[], command: readonly string[]): Promise<void> {
    const [file, ...args] = command as [string, ...string[]];
    const added = variables.flatMap(({ names, value }) => names.map((name) => [name, value]));
    const env = { ...process.env, ...Object.fromEntries(added) };
    const child = spawn(file, args, { stdio: "inherit", env });
    // A terminal sends Ctrl-C to both processes. Only the command should react to it.
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    try {
        const [code, signal] = await once(child, "exit").catch(({ code }: NodeJS.ErrnoException) => {
            throw wrongUsage(`${file}: could not be run (${code})`);
        });
        throw new ProgramEnded(code ?? 128 + constants.signals[signal as NodeJS.Signals]);
    } finally {
        process.off("SIGINT", ignore);
    }
}

/** The regions with a secret, with their variables. */
function regionsOf(output: unknown): ReadonlyMap<string, FlinkEnvironmentVariables> {
    const all = typeof output === "object" && output !== null ? Object.entries(output) : [];
    return new Map(
        all.filter(
            ([, one]) => typeof (one as FlinkEnvironmentVariables | null)?.FLINK_API_SECRET === "string",
        ),
    );
}

/** Why there is no output to print: a run that did not finish writes none. */
async function noOutput({ stack, from, cwd }: EnvOptions, run: typeof runPulumi): Promise<CommandFailure> {
    const state = await pulumiJson(run, ["stack", "export", "--stack", stack], cwd);
    const { keys } = parseStackState(state, stack);
    if (keys.length === 0) {
        return new CommandFailure(
            `Stack ${stack} has no Flink API key: it was not deployed yet, or was destroyed. Run pulumi up --stack ${stack}.`,
        );
    }
    const pending = keys.filter((key) => key.state.status === "pending");
    if (pending.length > 0) {
        const ids = pending.map(({ state }) => `${state.apiKey} (${state.scope.name})`).join(", ");
        return new CommandFailure(
            `The last pulumi up of stack ${stack} did not finish, so the stack has no output "${from}" yet. Pending: ${ids}. Run pulumi up --stack ${stack}.`,
        );
    }
    return wrongUsage(
        `Stack ${stack} has no output "${from}" that contains FlinkAccess.environmentVariables. Add export const ${from} = pulumi.secret(access.environmentVariables) to the program and run pulumi up, or name another output with --from.`,
    );
}

/** A workload may get 401 with a key that no run has proven. */
function noteUnlessReady(apiKey: string, keys: unknown, { stack }: EnvOptions): void {
    const all = Object.values(typeof keys === "object" && keys !== null ? keys : {}) as {
        apiKey?: unknown;
        status?: unknown;
    }[];
    const status = all.find((key) => key.apiKey === apiKey)?.status;
    if (typeof status !== "string" || status === "ready") return;
    printNote(
        `# ${apiKey} is ${status}: no run has proven that its region accepts it. ${commandName} verify --stack ${stack} tries it from here.`,
    );
}

function chooseRegion(
    byRegion: ReadonlyMap<string, FlinkEnvironmentVariables>,
    { region, stack }: EnvOptions,
): FlinkEnvironmentVariables {
    const regions = [...byRegion.keys()];
    const only = regions.length === 1 ? regions[0] : "";
    const wanted =
        region === undefined ? only : orWrongUsage(() => parseFlinkRegion(region, "--region").name);
    const found = byRegion.get(wanted ?? "");
    if (typeof found?.FLINK_API_KEY !== "string") {
        throw wrongValue("--region", region, `one of ${regions.join(", ")} (stack ${stack})`);
    }
    return found;
}
