import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../../emulator";
import { createOwners, environmentId } from "../createOwners";
import { EngineProject, engine, type Operation, type ProjectFiles } from "../engineProject";
import { emptyProgram, holdingModules, holdingProgram, keysProgram, nothingProgram } from "../programs";
import { type BenchOptions, countOfKeys, type Figure, type Scenario } from "../scenario";
import { fastest, pairedRatios, rangeOf } from "../statistics";

const operations: readonly Operation[] = ["up", "no-op preview", "no-op up", "refresh", "destroy"];
const atMostTimesNothing = 1.25;
const atMostTimesEmpty = 1.7;
const repository = join(__dirname, "..", "..");

export const engineTime: Scenario = {
    name: "engine-time",
    title: "Engine time beside resources that do nothing",
    async run(options) {
        if ("missing" in engine) return { figures: [], notes: [`Not run: ${engine.missing}.`] };
        const comparisons: Comparison[] = [];
        for (const keys of options.keyCounts) comparisons.push(await compareWithNothing(keys, options));
        const previews = await measurePreviews(options);
        return {
            figures: [...comparisons.flatMap(comparisonFigures), ...previewFigures(previews)],
            notes: [
                "A ratio compares the fastest runs, because other work on the machine can only slow a run down. Its range is that of pairs of runs, made one right after the other in alternating order.",
                "The resources that do nothing are also dynamic resources, with a provider line of the same kind and one input. Those that hold as much also have the inputs and outputs of a key, including the secret. The difference is the engine's cost of storing them: on a file backend it writes the whole state at every step.",
                `With ${manyKeys} keys, each operation runs once.`,
            ],
        };
    },
};

/** Seconds of each run. */
type Times = Readonly<Record<Operation, number[]>>;

interface Comparison {
    readonly keys: number;
    readonly ours: Times;
    readonly nothing: Times;
    /** Resources that do nothing, with the inputs and outputs of a key. */
    readonly holding: Times;
}

/** A run with so many keys takes minutes, so other work on the machine matters little. */
const manyKeys = 1000;

async function compareWithNothing(keys: number, options: BenchOptions): Promise<Comparison> {
    const runs = keys >= manyKeys ? 1 : options.runs;
    const emulator = await startEmulator();
    const projects: [EngineProject, Times][] = [];
    try {
        const owners = await createOwners(emulator, Math.min(10, keys));
        const comparison = { keys, ours: noTimes(), nothing: noTimes(), holding: noTimes() };
        const subjects: [Times, ProjectFiles][] = [
            [comparison.ours, { program: keysProgram(keys, owners) }],
            [comparison.nothing, { program: nothingProgram(keys) }],
            [comparison.holding, { program: holdingProgram(keys, owners), modules: holdingModules }],
        ];
        for (const [times, files] of subjects) {
            projects.push([await EngineProject.create(emulator, files), times]);
        }
        for (let run = 0; run < runs; run++) {
            options.report(`${countOfKeys(keys)}, run ${run + 1} of ${runs}`);
            for (const operation of operations) {
                for (const [project, times] of run % 2 === 0 ? projects : projects.toReversed()) {
                    times[operation].push((await project.time(operation)) / 1000);
                }
            }
        }
        return comparison;
    } finally {
        for (const [project] of projects) project.remove();
        await emulator.close();
    }
}

function noTimes(): Times {
    return { up: [], "no-op preview": [], "no-op up": [], refresh: [], destroy: [] };
}

interface Preview {
    readonly what: string;
    /** Seconds of each run, in the same order for all. */
    readonly seconds: number[];
}

/** Previews of the demo stack, and of smaller programs that show where its time goes. */
async function measurePreviews({
    runs,
    report,
}: BenchOptions): Promise<[demo: Preview, ...others: Preview[]]> {
    const emulator = await startEmulator();
    const projects: EngineProject[] = [];
    try {
        const subjects: [string, ProjectFiles][] = [
            ["demo stack", demoFiles()],
            ["empty program", { program: emptyProgram }],
            [
                "empty program in TypeScript",
                {
                    program: 'import * as pulumi from "@pulumi/pulumi";\nvoid pulumi;\n',
                    language: "typescript",
                },
            ],
            ["one resource that does nothing", { program: nothingProgram(1) }],
        ];
        for (const [, files] of subjects) {
            const project = await EngineProject.create(emulator, files);
            projects.push(project);
            await project.time("up");
        }
        const previews = subjects.map(([what]): Preview => ({ what, seconds: [] }));
        for (let run = 0; run < Math.max(runs, 3); run++) {
            report(`previews, run ${run + 1}`);
            for (const [i, project] of projects.entries()) {
                previews[i]?.seconds.push((await project.time("no-op preview")) / 1000);
            }
        }
        return previews as [Preview, ...Preview[]];
    } finally {
        for (const project of projects) project.remove();
        await emulator.close();
    }
}

/** This repository's own project, with the config of the demo. */
function demoFiles(): ProjectFiles {
    return {
        pulumiYaml: readFileSync(join(repository, "Pulumi.yaml"), "utf8"),
        links: ["dist", "node_modules", "package.json"],
        config: {
            "confluent-flink:environmentId": environmentId,
            "confluent-flink:regions": ["aws.us-east-2", "gcp.us-east1"],
        },
    };
}

function comparisonFigures({ keys, ours, nothing, holding }: Comparison): Figure[] {
    return operations.flatMap((operation): Figure[] => {
        const ratio = (times: Times): Omit<Figure, "name"> => ({
            value: fastest(ours[operation]) / fastest(times[operation]),
            unit: "×",
            atMost: atMostTimesNothing,
            range: rangeOf(pairedRatios(ours[operation], times[operation])),
        });
        return [
            { name: `${operation}, ${countOfKeys(keys)}, beside nothing`, ...ratio(nothing) },
            {
                name: `${operation}, ${countOfKeys(keys)}, beside nothing that holds as much`,
                ...ratio(holding),
            },
            {
                name: `${operation}, ${countOfKeys(keys)}`,
                value: fastest(ours[operation]),
                unit: "s",
                range: rangeOf(ours[operation]),
            },
        ];
    });
}

function previewFigures([demo, ...others]: readonly [Preview, ...Preview[]]): Figure[] {
    return [
        {
            name: "no-op preview, demo stack",
            value: fastest(demo.seconds),
            unit: "s",
            range: rangeOf(demo.seconds),
        },
        ...others.flatMap(({ what, seconds }): Figure[] => {
            const ratios = pairedRatios(demo.seconds, seconds);
            return [
                {
                    name: `no-op preview, ${what}`,
                    value: fastest(seconds),
                    unit: "s",
                    range: rangeOf(seconds),
                },
                {
                    name: `no-op preview, demo stack beside ${what}`,
                    value: fastest(demo.seconds) / fastest(seconds),
                    unit: "×",
                    range: rangeOf(ratios),
                    ...(what === "empty program" && { atMost: atMostTimesEmpty }),
                },
            ];
        }),
    ];
}
