import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { engine } from "./engineProject";
import { describeMachine, readCommittedResult, writeResult } from "./results";
import { type BenchOptions, isWithinLimit, type Scenario } from "./scenario";
import { checkpointWindow } from "./scenarios/checkpointWindow";
import { costPerKey } from "./scenarios/costPerKey";
import { engineTime } from "./scenarios/engineTime";
import { firstSteps } from "./scenarios/firstSteps";
import { install } from "./scenarios/install";
import { plugin } from "./scenarios/plugin";
import { rateLimits } from "./scenarios/rateLimits";
import { startUp } from "./scenarios/startUp";
import { timeUntilUsable } from "./scenarios/timeUntilUsable";
import { notRunLines, tableLines } from "./table";

const scenarios: readonly Scenario[] = [
    timeUntilUsable,
    costPerKey,
    engineTime,
    rateLimits,
    startUp,
    plugin,
    install,
    checkpointWindow,
    firstSteps,
];

const usage = `npm run bench [-- <scenario>... [--keys 1,10,100] [--runs 3]]

  --keys  numbers of keys to measure with. Default 1,10,100,1000, which takes half an hour; 1,10,100 takes half of that
  --runs  how often each operation is timed (with 1000 keys always once); the fastest or the median counts. Default 3

${scenarios.map(({ name, title }) => `  ${name.padEnd(20)}${title}`).join("\n")}

Exit code 1: a limit was exceeded. 2: the command line is invalid.
`;

async function main(): Promise<number> {
    const parsed = parseCommandLine(process.argv.slice(2));
    if (typeof parsed === "string") {
        process.stderr.write(parsed);
        return 2;
    }
    if (parsed.help) {
        process.stdout.write(usage);
        return 0;
    }
    let kept = true;
    for (const scenario of parsed.chosen) {
        const loadBefore = loadavg()[0] as number;
        const committed = readCommittedResult(scenario.name);
        const measured = await scenario.run(parsed.options);
        if (measured.figures.length === 0) {
            // Results that were measured on another machine are kept.
            process.stdout.write(`\n${notRunLines(scenario, measured, committed).join("\n")}\n`);
            continue;
        }
        const machine = describeMachine("missing" in engine ? undefined : engine.version, loadBefore);
        const result = writeResult(scenario, measured, machine);
        process.stdout.write(`\n${tableLines(result, committed).join("\n")}\n`);
        kept &&= result.figures.every(isWithinLimit);
    }
    return kept ? 0 : 1;
}

interface CommandLine {
    readonly help: boolean;
    readonly chosen: readonly Scenario[];
    readonly options: BenchOptions;
}

/** What to run, or an error message. */
function parseCommandLine(args: string[]): CommandLine | string {
    try {
        const { values, positionals } = parseArgs({
            args,
            allowPositionals: true,
            options: {
                keys: { type: "string", default: "1,10,100,1000" },
                runs: { type: "string", default: "3" },
                help: { type: "boolean", default: false },
            },
        });
        const keyCounts = values.keys.split(",").map(Number);
        if (!keyCounts.every((count) => Number.isInteger(count) && count > 0 && count <= 1000))
            return `--keys: got "${values.keys}", expected whole numbers from 1 to 1000 such as 1,10,100\n`;
        const runs = Number(values.runs);
        if (!Number.isInteger(runs) || runs < 1)
            return `--runs: got "${values.runs}", expected a whole number of at least 1\n`;
        const unknown = positionals.find((name) => !scenarios.some((scenario) => scenario.name === name));
        if (unknown !== undefined)
            return `scenario: got "${unknown}", expected one of ${scenarios.map(({ name }) => name).join(", ")}\n`;
        return {
            help: values.help,
            chosen: scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
            options: {
                keyCounts: [...new Set(keyCounts)].sort((a, b) => a - b),
                runs,
                report: (text) => process.stderr.write(`  ${text}\n`),
            },
        };
    } catch (error) {
        return `${(error as Error).message}\n\n${usage}`;
    }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

main().then(
    (exitCode) => {
        process.exitCode = exitCode;
    },
    (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exitCode = 1;
    },
);
