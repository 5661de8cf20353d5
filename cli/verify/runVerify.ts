import { readFileSync } from "node:fs";
import { systemClock } from "../../confluent/clock";
import { parseDurationMs } from "../../confluent/duration";
import { plainText } from "../../confluent/plainText";
import { isOrganizationId } from "../../confluent/resourceIds";
import { endpointProblem } from "../../confluent/safeEndpoint";
import { CommandFailure, exitCodes, wrongUsage } from "../exitCodes";
import { printJson, printLine, printNote } from "../output";
import { parseStackState } from "../report/stackState";
import { pulumiJson, runPulumi } from "../runPulumi";
import { exportedKeys } from "./exportedKeys";
import { type KeyToVerify, type VerifiedKey, verifyKeys } from "./verifyKeys";

export interface VerifyOptions {
    readonly stack?: string;
    readonly state?: string;
    readonly region?: readonly string[];
    readonly endpoint?: string;
    readonly organization?: string;
    readonly timeout: string;
    readonly json?: boolean;
    readonly cwd: string;
}

/** `verify` */
export async function runVerify(options: VerifyOptions, run = runPulumi): Promise<void> {
    const timeoutMs = parseDurationMs(options.timeout);
    if (timeoutMs === undefined || timeoutMs <= 0) {
        throw wrongUsage(`--timeout: got "${options.timeout}", expected a duration such as 10s`);
    }
    const problem = options.endpoint === undefined ? undefined : endpointProblem(options.endpoint);
    if (problem) throw wrongUsage(`--endpoint: ${problem}`);
    if (options.organization !== undefined && !isOrganizationId(options.organization)) {
        throw wrongUsage(
            `--organization: got "${plainText(options.organization)}", expected its id, a UUID (confluent organization list)`,
        );
    }
    const { source, json } = await readExport(options, run);
    const all = exportedKeys(json, source, options.organization);
    const chosen = all
        .filter((key) => options.region?.some((region) => isInRegion(key, region)) ?? true)
        .map((key) => ({ ...key, restEndpoint: options.endpoint ?? key.restEndpoint }));
    if (chosen.length === 0) {
        const message =
            all.length === 0
                ? `${source}: contains no Flink API key`
                : `--region: got ${plainText(String(options.region))}, expected one of ${all.map(({ scope }) => scope).join(", ")} (${source})`;
        throw wrongUsage(message);
    }
    const keys = await verifyKeys(chosen, systemClock, timeoutMs);
    if (options.json) printJson(keys);
    else for (const key of keys) printLine(line(key));
    for (const note of holdersOfSuperseded(json, source)) printNote(note);
    const count = (readiness: string): number => keys.filter((key) => key.readiness === readiness).length;
    if (count("refused") > 0) {
        throw new CommandFailure(`${count("refused")} of ${keys.length} keys refused`, exitCodes.found);
    }
    if (count("unverified") > 0) {
        const message = `${count("unverified")} of ${keys.length} keys could not be verified from here`;
        throw new CommandFailure(message, exitCodes.unverified);
    }
}

async function readExport(
    { stack, state: file, cwd }: VerifyOptions,
    run: typeof runPulumi,
): Promise<{ source: string; json: unknown }> {
    if (stack !== undefined && file === undefined) {
        const args = ["stack", "export", "--stack", stack, "--show-secrets"];
        return { source: `stack ${stack}`, json: await pulumiJson(run, args, cwd) };
    }
    if (file === undefined || stack !== undefined) {
        throw wrongUsage(
            `--stack, --state: got ${stack === undefined ? "neither" : "both"}, expected one of them`,
        );
    }
    try {
        // `-` is standard input, so that secrets need not be written to a disk.
        return { source: file, json: JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8")) };
    } catch (error) {
        // The parser's message quotes the text that it could not parse, including secrets.
        const reason =
            error instanceof SyntaxError ? "it is not JSON" : (error as NodeJS.ErrnoException).code;
        throw wrongUsage(
            `--state: got ${file}, expected an exported stack (pulumi stack export --show-secrets); ${reason}`,
        );
    }
}

/** The resources of this stack that still contain a key whose overlap is about to end. */
function holdersOfSuperseded(json: unknown, source: string): string[] {
    const { keys, search } = parseStackState(json, source);
    return keys
        .flatMap(({ state }) => state.superseded)
        .flatMap(({ apiKey, retireAt }) =>
            search.mentions
                .filter((mention) => mention.apiKey === apiKey && !mention.isStackOutput)
                .map(({ resource, property }) =>
                    plainText(
                        `${resource} (${property}) still contains the superseded key ${apiKey}, which the first pulumi up after ${retireAt} deletes.`,
                    ),
                ),
        );
}

/** `global` names each region of a global key. */
function isInRegion({ scope, keyScope }: KeyToVerify, region: string): boolean {
    const wanted = region.trim().toLowerCase();
    return [scope, keyScope].includes(wanted) || scope.endsWith(`.${wanted}`);
}

function line({ scope, apiKey, restEndpoint, readiness, reason }: VerifiedKey): string {
    return `${scope}  ${apiKey}  ${readiness}  ${restEndpoint}${reason && `\n  ${reason}`}`;
}
