import { parseArgs } from "node:util";
import { engine } from "../__tests__/engine/pulumiProject";
import { load, readCommittedResult, writeResult } from "./results";
import { isWithinLimit, type Scenario } from "./scenario";
import { checkpoint } from "./scenarios/checkpoint";
import { costPerKey } from "./scenarios/costPerKey";
import { engineTime } from "./scenarios/engineTime";
import { firstSteps } from "./scenarios/firstSteps";
import { install } from "./scenarios/install";
import { plugin } from "./scenarios/plugin";
import { rateLimits } from "./scenarios/rateLimits";
import { startUp } from "./scenarios/startUp";
import { timeUntilUsable } from "./scenarios/timeUntilUsable";
import { tableLines } from "./table";

const scenarios: readonly Scenario[] = [
    timeUntilUsable,
    costPerKey,
    engineTime,
    rateLimits,
    startUp,
    plugin,
    install,
    checkpoint,
    firstSteps,
];

const usage = `npm run bench [-- <scenario>... [--keys 1,10,100] [--runs 3]]

  --keys  numbers of keys to measure with. Default 1,10,100,1000, which takes half an hour; 1,10,100 takes half of that
  --runs  how often each operation is timed (with 1000 keys always once); the fastest or the median counts. Default 3

${scenarios.map(({ name, title }) => `  ${name.padEnd(20)}${title}`).join("\n")}

Exit code 1: a limit was exceeded. 2: the command line is invalid.
`;

/** Wrong usage: exit code 2. */
class UsageError extends Error {}

async function main(): Promise<number> {
    const { values, positionals } = parseCommandLine();
    if (values.help) {
        process.stdout.write(usage);
        return 0;
    }
    const keyCounts = values.keys.split(",").map(Number);
    if (!keyCounts.every((count) => Number.isInteger(count) && count > 0 && count <= 1000))
        throw new UsageError(
            `--keys: got "${values.keys}", expected whole numbers from 1 to 1000 such as 1,10,100`,
        );
    const runs = Number(values.runs);
    if (!Number.isInteger(runs) || runs < 1)
        throw new UsageError(`--runs: got "${values.runs}", expected a whole number of at least 1`);
    const unknown = positionals.find((name) => !scenarios.some((scenario) => scenario.name === name));
    if (unknown !== undefined) {
        const names = scenarios.map(({ name }) => name).join(", ");
        throw new UsageError(`scenario: got "${unknown}", expected one of ${names}`);
    }
    const options = {
        keyCounts: [...new Set(keyCounts)].sort((a, b) => a - b),
        runs,
        report: (text: string) => process.stderr.write(`  ${text}\n`),
    };
    let kept = true;
    for (const scenario of scenarios) {
        if (positionals.length > 0 && !positionals.includes(scenario.name)) continue;
        if (scenario.needsEngine && "missing" in engine) {
            const { title, name } = scenario;
            process.stdout.write(
                `\n${title} (${name})\n  · Not run: ${engine.missing}. The committed results are kept.\n`,
            );
            continue;
        }
        const before = load();
        const measured = await scenario.run(options);
        const pulumi = "missing" in engine ? undefined : engine.version;
        const committed = readCommittedResult(scenario.name);
        const result = writeResult(scenario, measured, { pulumi, load: [before, load()] });
        process.stdout.write(`\n${tableLines(result, committed).join("\n")}\n`);
        kept &&= result.figures.every(isWithinLimit);
    }
    return kept ? 0 : 1;
}

function parseCommandLine() {
    try {
        return parseArgs({
            allowPositionals: true,
            options: {
                keys: { type: "string", default: "1,10,100,1000" },
                runs: { type: "string", default: "3" },
                help: { type: "boolean", default: false },
            },
        });
    } catch (error) {
        throw new UsageError(`${(error as Error).message}\n\n${usage}`);
    }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

main().then(
    (exitCode) => {
        process.exitCode = exitCode;
    },
    (error: Error) => {
        process.exitCode = error instanceof UsageError ? 2 : 1;
        process.stderr.write(`${error instanceof UsageError ? error.message : error.stack}\n`);
    },
);
