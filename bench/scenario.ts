/** One of the benchmarks that `npm run bench` runs. */
export interface Scenario {
    /** Its name on the command line and in `bench/results`: `engine-time`. */
    readonly name: string;
    /** `Time until a new key is usable` */
    readonly title: string;
    /** It is skipped on a machine without an engine. */
    readonly needsEngine?: true;
    run(options: BenchOptions): Promise<Measurement>;
}

export interface BenchOptions {
    /** Numbers of keys, ascending. */
    readonly keyCounts: readonly number[];
    /** How often each operation is timed; the fastest or the median counts. */
    readonly runs: number;
    /** Prints progress. */
    readonly report: (text: string) => void;
}

export interface Measurement {
    readonly figures: readonly Figure[];
    /** What a reader of the figures has to know, one sentence each. */
    readonly notes: readonly string[];
}

export interface Figure {
    /** Must not change, because figures in older results are found by name. */
    readonly name: string;
    readonly value: number;
    /** Empty for counts. */
    readonly unit: "" | "×" | "s" | "ms" | "B" | "kB" | "MB";
    /** Upper limit of the value. Default: none. */
    readonly atMost?: number | undefined;
    /** Range over all runs. */
    readonly range?: readonly [lowest: number, highest: number];
}

/** `1 key`, `10 keys` */
export function countOfKeys(keys: number): string {
    return keys === 1 ? "1 key" : `${keys} keys`;
}

export function isWithinLimit({ value, atMost }: Figure): boolean {
    return atMost === undefined || value <= atMost;
}
