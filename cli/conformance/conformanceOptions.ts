import { parseFlinkRegion } from "../../components/flinkRegion";
import { parseDurationMs } from "../../confluent/duration";
import { type FlinkScope, flinkScope } from "../../confluent/flinkScope";
import { environmentIdRule } from "../../confluent/keyRules";
import { orWrongUsage } from "../exitCodes";
import { readOption, requireEndpoint, requireKeyId, wrongValue } from "../optionValues";
import { type Prompt, requirePrompt } from "../terminalPrompt";
import { requireWritable } from "../writeFileAtomically";

export interface ConformanceOptions {
    /** `env-abc123` */
    readonly environment: string;
    /** `aws.us-east-2` */
    readonly region: string;
    /** Role of the run's service account on the environment. */
    readonly role: string;
    /** URL of the region's Flink endpoint; default: the one that Confluent Cloud lists. */
    readonly endpoint?: string;
    /** Time limit of the checks: `15m`. */
    readonly budget: string;
    readonly foreignKey?: string;
    readonly foreignEnvironment?: string;
    readonly defaultPool?: boolean;
    readonly identityPool?: string;
    readonly writeProfile?: string;
    /** Deletes what earlier runs left, and checks nothing. */
    readonly clean?: boolean;
    readonly yes?: boolean;
    readonly json?: boolean;
}

/** Checks all options before the first request. Throws an error with the exit code for wrong usage. */
export function parseOptions(
    options: ConformanceOptions,
    prompt: Prompt,
): { scope: FlinkScope; budgetMs: number } {
    const { budget, role, foreignKey, foreignEnvironment, endpoint, writeProfile } = options;
    const environmentId = readOption("--environment", options.environment, environmentIdRule);
    const { cloud, region } = orWrongUsage(() => parseFlinkRegion(options.region, "--region"));
    const budgetMs = parseDurationMs(budget) ?? 0;
    if (budgetMs < 60_000 || budgetMs > 60 * 60_000)
        throw wrongValue("--budget", budget, "a duration from 1m to 60m, such as 15m");
    if (!/^[A-Za-z]+$/.test(role)) throw wrongValue("--role", role, "a role such as FlinkDeveloper");
    if (foreignKey !== undefined) requireKeyId("--foreign-key", foreignKey);
    if (foreignEnvironment !== undefined)
        readOption("--foreign-environment", foreignEnvironment, environmentIdRule);
    if (endpoint !== undefined) requireEndpoint("--endpoint", endpoint);
    if (writeProfile !== undefined) requireWritable("--write-profile", writeProfile);
    requirePrompt(prompt, options.yes, "the run");
    return { scope: flinkScope(environmentId, cloud, region), budgetMs };
}
