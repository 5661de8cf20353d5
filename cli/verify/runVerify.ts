import { systemClock } from "../../confluent/clock";
import { parseDurationMs } from "../../confluent/duration";
import { isOrganizationId } from "../../confluent/resourceIds";
import { CommandFailure, exitCodes, wrongUsage } from "../exitCodes";
import { readInsteadOfStack, requireEndpoint, wrongValue } from "../optionValues";
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
    const { timeout, endpoint, organization } = options;
    const timeoutMs = parseDurationMs(timeout) ?? 0;
    if (timeoutMs <= 0) throw wrongValue("--timeout", timeout, "a duration such as 10s");
    if (endpoint !== undefined) requireEndpoint("--endpoint", endpoint);
    if (organization !== undefined && !isOrganizationId(organization)) {
        const wanted = "its id, a UUID (confluent organization list)";
        throw wrongValue("--organization", organization, wanted);
    }
    const { source, json } = await readExport(options, run);
    const all = exportedKeys(json, source, organization);
    const chosen = all
        .filter((key) => options.region?.some((region) => isInRegion(key, region)) ?? true)
        .map((key) => ({ ...key, restEndpoint: endpoint ?? key.restEndpoint }));
    if (chosen.length === 0) {
        const message =
            all.length === 0
                ? `${source}: contains no Flink API key`
                : `--region: got ${String(options.region)}, expected one of ${all.map(({ scope }) => scope).join(", ")} (${source})`;
        throw wrongUsage(message);
    }
    const keys = await verifyKeys(chosen, systemClock, timeoutMs);
    if (options.json) printJson(keys);
    else for (const line of keys.flatMap(linesOf)) printLine(line);
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
    const wanted = "an exported stack (pulumi stack export --show-secrets)";
    const text = readInsteadOfStack(stack, "--state", file, wanted);
    if (text === undefined) {
        const args = ["stack", "export", "--stack", String(stack), "--show-secrets"];
        return { source: `stack ${stack}`, json: await pulumiJson(run, args, cwd) };
    }
    try {
        return { source: String(file), json: JSON.parse(text) };
    } catch {
        // The parser's message quotes the text that it could not parse, including secrets.
        throw wrongUsage(`--state: got ${file}, expected ${wanted}; it is not JSON`);
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
                .map(
                    ({ resource, property }) =>
                        `${resource} (${property}) still contains the superseded key ${apiKey}, which the first pulumi up after ${retireAt} deletes.`,
                ),
        );
}

/** `global` names each region of a global key. */
function isInRegion({ scope, keyScope }: KeyToVerify, region: string): boolean {
    const wanted = region.trim().toLowerCase();
    return [scope, keyScope].includes(wanted) || scope.endsWith(`.${wanted}`);
}

function linesOf({ scope, apiKey, restEndpoint, readiness, reason }: VerifiedKey): string[] {
    const key = `${scope}  ${apiKey}  ${readiness}  ${restEndpoint}`;
    return reason === "" ? [key] : [key, `  ${reason}`];
}
