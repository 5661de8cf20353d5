/** One of the benchmarks that `npm run bench` runs. */
export interface Scenario {
    /** On the command line, and the name of its file in `bench/results`: `engine-time`. */
    readonly name: string;
    /** `Engine time beside do-nothing resources` */
    readonly title: string;
    run(options: BenchOptions): Promise<Measurement>;
}

export interface BenchOptions {
    /** Numbers of keys, ascending. */
    readonly keyCounts: readonly number[];
    /** How often each thing is timed; the fastest or the median counts. */
    readonly runs: number;
    /** What is being done, for a person who waits. */
    readonly say: (text: string) => void;
}

export interface Measurement {
    readonly figures: readonly Figure[];
    readonly charts: readonly Chart[];
    /** What a reader has to know of the figures, one sentence each: what was not run and why. */
    readonly notes: readonly string[];
}

export interface Figure {
    /** Stable: it is how a figure is found in older results. */
    readonly name: string;
    readonly value: number;
    /** Empty for counts. */
    readonly unit: "" | "×" | "s" | "ms" | "B" | "kB" | "MB";
    /** What the value must not exceed. Default: nothing was promised. */
    readonly atMost?: number;
    /** Where a figure comes from that was not measured here. Default: it was. */
    readonly quotedFrom?: string;
    /** Lowest and highest of the runs that `value` is the median of. */
    readonly range?: readonly [lowest: number, highest: number];
}

export interface Chart {
    readonly title: string;
    readonly kind: "line" | "bar";
    readonly xTitle: string;
    readonly yTitle: string;
    readonly series: readonly Series[];
}

export interface Series {
    readonly label: string;
    readonly points: readonly (readonly [x: number | string, y: number])[];
    /** A limit or a quoted figure: drawn dashed, in grey. Default false. */
    readonly isReference?: boolean;
}

/** `1 key`, `10 keys` */
export function countOfKeys(keys: number): string {
    return keys === 1 ? "1 key" : `${keys} keys`;
}

export function isWithinLimit({ value, atMost }: Figure): boolean {
    return atMost === undefined || value <= atMost;
}
