import { parseFlinkRegion } from "../../components/flinkRegion";
import { parseDurationMs } from "../../confluent/duration";
import { type FlinkScope, flinkScope } from "../../confluent/flinkScope";
import { plainText } from "../../confluent/plainText";
import { isEnvironmentId } from "../../confluent/resourceIds";
import { endpointProblem } from "../../confluent/safeEndpoint";
import { type CommandFailure, orWrongUsage, wrongUsage } from "../exitCodes";
import type { Prompt } from "../terminalPrompt";
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

const leastBudgetMs = 60_000;
const mostBudgetMs = 60 * 60_000;
const environmentId = "the id of an environment such as env-abc123";

/** Checks all options before the first request. Throws an error with the exit code for wrong usage. */
export function parseOptions(
    options: ConformanceOptions,
    prompt: Prompt,
): { scope: FlinkScope; budgetMs: number } {
    if (!isEnvironmentId(options.environment))
        throw wrongOption("--environment", options.environment, environmentId);
    const { cloud, region } = orWrongUsage(() => parseFlinkRegion(options.region, "--region"));
    const budgetMs = parseDurationMs(options.budget);
    if (budgetMs === undefined || budgetMs < leastBudgetMs || budgetMs > mostBudgetMs)
        throw wrongOption("--budget", options.budget, "a duration from 1m to 60m, such as 15m");
    if (!/^[A-Za-z]+$/.test(options.role))
        throw wrongOption("--role", options.role, "a role such as FlinkDeveloper");
    const { foreignKey, endpoint } = options;
    if (foreignKey !== undefined && !/^[A-Z0-9]{16}$/.test(foreignKey)) {
        const got = `${foreignKey.length} characters`;
        throw wrongUsage(
            `--foreign-key: got ${got}, expected the id of an API key: 16 upper-case letters and digits. Never give a secret`,
        );
    }
    const { foreignEnvironment } = options;
    if (foreignEnvironment !== undefined && !isEnvironmentId(foreignEnvironment))
        throw wrongOption("--foreign-environment", foreignEnvironment, environmentId);
    const problem = endpoint === undefined ? undefined : endpointProblem(endpoint);
    if (problem) throw wrongUsage(`--endpoint: ${problem}`);
    if (options.writeProfile !== undefined) requireWritable("--write-profile", options.writeProfile);
    if (prompt === undefined && !options.yes) {
        throw wrongUsage(
            "--yes: not given, and there is no terminal to confirm the run. Nothing was created.",
        );
    }
    return { scope: flinkScope(options.environment, cloud, region), budgetMs };
}

function wrongOption(option: string, got: string, wanted: string): CommandFailure {
    return wrongUsage(`${option}: got "${plainText(got)}", expected ${wanted}`);
}
