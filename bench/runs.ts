import type { BenchOptions, Figure } from "./scenario";

interface Turns<Subject, Step> extends Pick<BenchOptions, "runs" | "report"> {
    readonly subjects: readonly Subject[];
    /** What each run consists of. Default: one step without a name. */
    readonly steps?: readonly Step[];
}

/**
 * Measures the steps of several subjects. At each step the subjects take turns, in every second run in the opposite order. Returns a
 * function for the values of a subject and a step, run by run.
 */
export async function measureInTurn<Subject extends string, T, Step extends string = "">(
    { subjects, steps = ["" as Step], runs, report }: Turns<Subject, Step>,
    measure: (subject: Subject, step: Step) => Promise<T>,
): Promise<(subject: Subject, step?: Step) => readonly T[]> {
    const values = new Map<string, T[]>();
    const valuesOf = (subject: Subject, step = "" as Step): T[] => {
        const key = `${subject} ${step}`;
        return values.get(key) ?? (values.set(key, []).get(key) as T[]);
    };
    for (let run = 0; run < runs; run++) {
        report(`run ${run + 1} of ${runs}`);
        for (const step of steps)
            for (const subject of run % 2 === 0 ? subjects : subjects.toReversed())
                valuesOf(subject, step).push(await measure(subject, step));
    }
    return valuesOf;
}

/** The fastest run, because other work on the machine can only slow a run down. */
export function fastest(name: string, times: readonly number[], unit: "s" | "ms", atMost?: number): Figure {
    return { name, value: Math.min(...times), unit, atMost, range: rangeOf(times) };
}

/** The ratio of the fastest runs, and the range of the ratios of runs that were made one right after the other. */
export function ratio(
    name: string,
    ours: readonly number[],
    theirs: readonly number[],
    atMost?: number,
): Figure {
    const paired = ours.map((value, i) => value / (theirs[i] as number));
    const value = Math.min(...ours) / Math.min(...theirs);
    return { name, value, unit: "×", atMost, range: rangeOf(paired) };
}

/** The median: the middle value, or the mean of the two middle ones. NaN without values. */
export function median(values: readonly number[]): number {
    const sorted = values.toSorted((a, b) => a - b);
    const half = sorted.length / 2;
    const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
    return (low + high) / 2;
}

/** The lowest and the highest value. */
export function rangeOf(values: readonly number[]): [lowest: number, highest: number] {
    return [Math.min(...values), Math.max(...values)];
}
