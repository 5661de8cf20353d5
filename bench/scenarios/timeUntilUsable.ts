import { accessProgram, accessWithoutKeyProgram, officialProgram } from "../programs";
import { fastest } from "../runs";
import type { Figure, Scenario } from "../scenario";
import { withStacks } from "../stacks";

/** Propagation times in seconds, of both the key and the role binding. */
const propagations = [0, 2, 5, 20, 60];
/** Time that a key may take in addition to its propagation and the engine's start. */
const allowanceSeconds = 1;

export const timeUntilUsable: Scenario = {
    name: "time-until-usable",
    title: "Time until a new key is usable",
    needsEngine: true,
    async run({ runs, report }) {
        report(`official provider, ${propagations.join(", ")} s at the same time, because it mostly sleeps`);
        const theirs = await Promise.all(propagations.map((p) => timeUp(p, officialProgram)));
        const starts: number[] = [];
        const ours: number[][] = [];
        for (const p of propagations) {
            const times: number[] = [];
            for (let run = 0; run < (p <= 5 ? runs : Math.min(runs, 2)); run++) {
                report(`this package, propagation ${p} s, run ${run + 1}`);
                starts.push(await timeUp(0, accessWithoutKeyProgram));
                times.push(await timeUp(p, accessProgram));
            }
            ours.push(times);
        }
        const start = fastest("engine's start: account, role, nothing awaited", starts, "s");
        const figures = propagations.flatMap((p, i): Figure[] => {
            const times = ours[i] as number[];
            const beyond = times.map((seconds) => seconds - p - start.value);
            return [
                fastest(`up, p = ${p} s`, times, "s"),
                fastest(`beyond p = ${p} s and the engine's start`, beyond, "s", allowanceSeconds),
                { name: `up with the official ApiKey, p = ${p} s`, value: theirs[i] as number, unit: "s" },
            ];
        });
        return {
            figures: [start, ...figures],
            notes: [
                "The engine's start is the time for the same stack with a resource that does nothing instead of the key. It includes the engine, the program and both provider processes.",
                "Times are those of the fastest run, because other work on the machine can only slow a run down.",
                "The official provider's times were measured once, all at the same time.",
            ],
        };
    },
};

/** Seconds that `pulumi up` of a new stack takes, with a new emulator. */
function timeUp(propagationSeconds: number, program: string): Promise<number> {
    const propagation = { minMs: propagationSeconds * 1000, maxMs: propagationSeconds * 1000 };
    const emulator = { keyPropagation: propagation, rolePropagation: propagation };
    return withStacks({ emulator, programs: () => ({ up: { program } }) }, ({ up }) => up.seconds("up"));
}
