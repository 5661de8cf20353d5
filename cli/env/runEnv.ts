import type { FlinkEnvironment } from "../../components";
import { parseFlinkRegion } from "../../components/flinkRegion";
import { CommandFailure, exitCodes } from "../exitCodes";
import { printLine } from "../output";
import { pulumiJson, runPulumi } from "../runPulumi";
import { type EnvironmentFormat, environmentText, formats } from "./environmentText";

export interface EnvOptions {
    readonly stack: string;
    readonly region?: string;
    readonly format: string;
    readonly output: string;
    readonly computePool?: string;
    readonly showSecrets?: boolean;
    readonly json?: boolean;
    readonly cwd: string;
}

/** `env` */
export async function runEnv(options: EnvOptions, run = runPulumi): Promise<void> {
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
    // The output is secret as a whole: without --show-secrets Pulumi shows nothing of it, not even the region.
    const args = ["stack", "output", "--stack", options.stack, "--json", "--show-secrets"];
    const outputs = (await pulumiJson(run, args, options.cwd)) as Record<string, unknown>;
    const environment = chooseRegion(outputs[options.output], options);
    const settings = { format, showSecrets: options.showSecrets === true, computePoolId: computePool };
    printLine(environmentText(environment, settings));
}

function chooseRegion(output: unknown, { region, output: name, stack }: EnvOptions): FlinkEnvironment {
    if (typeof output !== "object" || output === null) {
        throw new CommandFailure(
            `--output: got "${name}", expected an output of stack ${stack} that holds FlinkAccess.environment; is the stack deployed?`,
        );
    }
    const byRegion = output as Record<string, FlinkEnvironment>;
    const regions = Object.keys(byRegion);
    const wanted = region === undefined ? onlyOne(regions) : parseRegion(region);
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

function parseRegion(text: string): string {
    try {
        return parseFlinkRegion(text, "--region").name;
    } catch (error) {
        throw new CommandFailure((error as Error).message, exitCodes.usage);
    }
}
