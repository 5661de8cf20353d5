import { type Emulator, startEmulator } from "../../emulator";
import { EngineProject, engine } from "../engineProject";
import { accessProgram, accessWithoutKeyProgram, emptyProgram, officialProgram } from "../programs";
import type { BenchOptions, Figure, Measurement, Scenario } from "../scenario";
import { fastest, rangeOf } from "../statistics";

/** Propagation times in seconds, of both the key and the role binding. */
const propagations = [0, 2, 5, 20, 60];
/** Time that a key may take in addition to its propagation and the engine's start. */
const allowanceSeconds = 1;

export const timeUntilUsable: Scenario = {
    name: "time-until-usable",
    title: "Time until a new key is usable",
    async run(options) {
        return "missing" in engine
            ? { figures: [], notes: [`Not run: ${engine.missing}.`] }
            : measure(options);
    },
};

async function measure(options: BenchOptions): Promise<Measurement> {
    const { report } = options;
    report(`official provider, ${propagations.join(", ")} s at the same time, because it mostly sleeps`);
    const theirs = await Promise.all(propagations.map((p) => timeUp(p, officialProgram)));
    const empties: number[] = [];
    const starts: number[] = [];
    const ours: number[][] = [];
    for (const p of propagations) {
        const times: number[] = [];
        for (let run = 0; run < (p <= 5 ? options.runs : Math.min(options.runs, 2)); run++) {
            report(`this package, propagation ${p} s, run ${run + 1}`);
            empties.push(await timeUp(0, emptyProgram));
            starts.push(await timeUp(0, accessWithoutKeyProgram));
            times.push(await timeUp(p, accessProgram));
        }
        ours.push(times);
    }
    const start = fastest(starts);
    const figures = propagations.flatMap((p, i): Figure[] => {
        const times = ours[i] as number[];
        const beyond = times.map((seconds) => seconds - p - start);
        return [
            { name: `up, p = ${p} s`, value: fastest(times), unit: "s", range: rangeOf(times) },
            {
                name: `beyond p = ${p} s and the engine's start`,
                value: fastest(beyond),
                unit: "s",
                atMost: allowanceSeconds,
                range: rangeOf(beyond),
            },
            { name: `up with the official ApiKey, p = ${p} s`, value: theirs[i] as number, unit: "s" },
            { name: `times faster, p = ${p} s`, value: (theirs[i] as number) / fastest(times), unit: "×" },
        ];
    });
    return {
        figures: [
            { name: "up of an empty program", value: fastest(empties), unit: "s", range: rangeOf(empties) },
            {
                name: "engine's start: account, role, nothing awaited",
                value: start,
                unit: "s",
                range: rangeOf(starts),
            },
            ...figures,
        ],
        notes: [
            "The engine's start is the time for the same stack with a resource that does nothing instead of the key. It includes the engine, the program and both provider processes.",
            "Times are those of the fastest run, because other work on the machine can only slow a run down.",
            "The official provider's times were measured once, all at the same time.",
        ],
    };
}

/** Seconds that `pulumi up` of a new stack takes, with a new emulator. */
async function timeUp(propagationSeconds: number, program: string): Promise<number> {
    const propagation = lasting(propagationSeconds);
    const emulator = await startEmulator({ keyPropagation: propagation, rolePropagation: propagation });
    try {
        return await timeUpAgainst(emulator, program);
    } finally {
        await emulator.close();
    }
}

async function timeUpAgainst(emulator: Emulator, program: string): Promise<number> {
    const project = await EngineProject.create(emulator, { program });
    try {
        return (await project.time("up")) / 1000;
    } finally {
        project.remove();
    }
}

function lasting(seconds: number): { minMs: number; maxMs: number } {
    return { minMs: seconds * 1000, maxMs: seconds * 1000 };
}
