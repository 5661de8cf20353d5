import { type Assumption, assumption, assumptions } from "./assumptions";

export type Verdict = "true" | "false" | "not checked";

/** Times of one kind, in milliseconds. */
export interface Measured {
    readonly samplesMs: readonly number[];
    readonly minMs: number;
    readonly medianMs: number;
    readonly maxMs: number;
}

/** What a run says of one assumption. */
export interface Finding {
    readonly assumption: Assumption;
    readonly verdict: Verdict;
    /** What the service did; of an assumption that was not checked, why not. */
    readonly seen: string;
    readonly measured: Measured | undefined;
}

interface Notes {
    isFalse: boolean;
    readonly seen: Set<string>;
}

/** Gathers what is seen, assumption by assumption. One thing against it is enough. */
export class Findings {
    readonly #notes = new Map<string, Notes>();
    readonly #samples = new Map<string, number[]>();
    readonly #unchecked = new Map<string, string>();

    /** Something was seen that holds or refutes. */
    note(id: string, holds: boolean, seen: string): void {
        const notes = this.#notes.get(assumption(id).id) ?? { isFalse: false, seen: new Set() };
        this.#notes.set(id, notes);
        if (!holds && !notes.isFalse) {
            // What speaks against it is what a person wants to read.
            notes.isFalse = true;
            notes.seen.clear();
        }
        if (holds === !notes.isFalse) notes.seen.add(seen);
    }

    /** It took so long. */
    time(id: string, tookMs: number): void {
        const { limitMs } = assumption(id);
        const samples = this.#samples.get(id) ?? [];
        this.#samples.set(id, [...samples, tookMs]);
        if (limitMs !== undefined) this.note(id, tookMs <= limitMs, "");
    }

    /** It had not happened when `waitedMs` were over, which proves something only beyond the limit. */
    never(id: string, waitedMs: number): void {
        const { limitMs } = assumption(id);
        if (limitMs !== undefined && waitedMs >= limitMs) {
            this.note(id, false, `not within ${durationText(waitedMs)}`);
        } else this.unchecked(id, `the time was over after ${durationText(waitedMs)}`);
    }

    /** It could not be found out; counts where nothing else is known. */
    unchecked(id: string, because: string): void {
        if (!this.#unchecked.has(assumption(id).id)) this.#unchecked.set(id, because);
    }

    /** Something has been seen of it. */
    has(id: string): boolean {
        return this.#notes.has(id);
    }

    measured(id: string): Measured | undefined {
        const samples = this.#samples.get(id);
        return samples && measure(samples);
    }

    /** Of every assumption, in the order of the register. `otherwise` says why one was not reached. */
    all(otherwise: (id: string) => string): Finding[] {
        return assumptions.map((one) => {
            const measured = this.measured(one.id);
            const notes = this.#notes.get(one.id);
            if (notes === undefined) {
                const because = this.#unchecked.get(one.id) ?? one.notChecked ?? otherwise(one.id);
                return { assumption: one, verdict: "not checked", seen: because, measured };
            }
            const texts = [measured && measuredText(measured), ...notes.seen].filter(Boolean);
            return {
                assumption: one,
                verdict: notes.isFalse ? "false" : "true",
                seen: texts.join("; "),
                measured,
            };
        });
    }
}

/** Minimum, median and maximum. */
export function measure(samplesMs: readonly number[]): Measured {
    const sorted = [...samplesMs].sort((a, b) => a - b);
    const at = (index: number): number => sorted[index] as number;
    const middle = (sorted.length - 1) / 2;
    return {
        samplesMs: [...samplesMs],
        minMs: at(0),
        medianMs: Math.round((at(Math.floor(middle)) + at(Math.ceil(middle))) / 2),
        maxMs: at(sorted.length - 1),
    };
}

/** `2.3 s, 3.1 s, 4.8 s (least, median, most of 5)` */
function measuredText({ samplesMs, minMs, medianMs, maxMs }: Measured): string {
    const count = samplesMs.length;
    if (count === 1) return `${durationText(minMs)} (once)`;
    return `${[minMs, medianMs, maxMs].map(durationText).join(", ")} (least, median, most of ${count})`;
}

/** `0.3 s`, `42 s`, `4 min 10 s` */
export function durationText(ms: number): string {
    if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
    const seconds = Math.round(ms / 1000);
    if (seconds < 120) return `${seconds} s`;
    const rest = seconds % 60;
    return `${Math.floor(seconds / 60)} min${rest === 0 ? "" : ` ${rest} s`}`;
}
