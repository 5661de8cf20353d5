import { type Assumption, assumption, assumptions } from "./assumptions";

/**
 * `not checked`: the run could not, although it should have. `left out`: no run does by itself, for example because that
 * would use up a quota.
 */
export type Verdict = "true" | "false" | "not checked" | "left out";

/** Several measurements of one duration, in milliseconds. */
export interface Measured {
    readonly samplesMs: readonly number[];
    readonly minMs: number;
    readonly medianMs: number;
    readonly maxMs: number;
}

/** The result of a run for one assumption. */
export interface Finding {
    readonly assumption: Assumption;
    readonly verdict: Verdict;
    /** What Confluent Cloud did, or why the assumption was not checked. */
    readonly seen: string;
    readonly measured: Measured | undefined;
}

interface Observations {
    isFalse: boolean;
    readonly seen: Set<string>;
}

/** Collects observations for each assumption. One observation that contradicts an assumption makes it false. */
export class Findings {
    readonly #observations = new Map<string, Observations>();
    readonly #samples = new Map<string, number[]>();
    readonly #unchecked = new Map<string, string>();
    #reachedTimeLimit = false;

    /** Whether the time limit of the run ended a wait before the wait proved anything. */
    get reachedTimeLimit(): boolean {
        return this.#reachedTimeLimit;
    }

    /** Records an observation that confirms the assumption (`holds`) or contradicts it. */
    record(id: string, holds: boolean, seen: string): void {
        const observations = this.#observations.get(assumption(id).id) ?? {
            isFalse: false,
            seen: new Set(),
        };
        this.#observations.set(id, observations);
        if (!holds && !observations.isFalse) {
            // From now on, only contradictions are shown.
            observations.isFalse = true;
            observations.seen.clear();
        }
        if (holds === !observations.isFalse) observations.seen.add(seen);
    }

    /** Records how long it took. */
    recordTime(id: string, tookMs: number): void {
        const { limitMs } = assumption(id);
        const samples = this.#samples.get(id) ?? [];
        this.#samples.set(id, [...samples, tookMs]);
        if (limitMs !== undefined) this.record(id, tookMs <= limitMs, "");
    }

    /** Records that it had not happened after `waitedMs`. That contradicts the assumption only beyond its limit. */
    recordTimeout(id: string, waitedMs: number): void {
        const { limitMs } = assumption(id);
        if (limitMs !== undefined && waitedMs >= limitMs) {
            this.record(id, false, `not within ${durationText(waitedMs)}`);
            return;
        }
        this.#reachedTimeLimit = true;
        this.recordUnchecked(id, `the time limit was reached after ${durationText(waitedMs)}`);
    }

    /** Records why the assumption could not be checked. It counts only if nothing else is recorded. */
    recordUnchecked(id: string, because: string): void {
        if (!this.#unchecked.has(assumption(id).id)) this.#unchecked.set(id, because);
    }

    /** Whether there is an observation for this assumption. */
    has(id: string): boolean {
        return this.#observations.has(id);
    }

    measured(id: string): Measured | undefined {
        const samples = this.#samples.get(id);
        return samples && measure(samples);
    }

    /** One finding for each assumption. `reasonNotReached` explains, by id, why nothing at all was recorded. */
    all(reasonNotReached: (id: string) => string): Finding[] {
        return assumptions.map((one) => {
            const measured = this.measured(one.id);
            const observations = this.#observations.get(one.id);
            if (observations === undefined) {
                const because = this.#unchecked.get(one.id);
                if (because === undefined && one.notChecked !== undefined)
                    return { assumption: one, verdict: "left out", seen: one.notChecked, measured };
                const seen = because ?? reasonNotReached(one.id);
                return { assumption: one, verdict: "not checked", seen, measured };
            }
            const texts = [measured && measuredText(measured), ...observations.seen].filter(Boolean);
            return {
                assumption: one,
                verdict: observations.isFalse ? "false" : "true",
                seen: texts.join("; "),
                measured,
            };
        });
    }
}

function measure(samplesMs: readonly number[]): Measured {
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

/** `2.3 s, 3.1 s, 4.8 s (min, median, max of 5)` */
function measuredText({ samplesMs, minMs, medianMs, maxMs }: Measured): string {
    const count = samplesMs.length;
    if (count === 1) return `${durationText(minMs)} (once)`;
    return `${[minMs, medianMs, maxMs].map(durationText).join(", ")} (min, median, max of ${count})`;
}

/** `0.3 s`, `42 s`, `4 min 10 s` */
export function durationText(ms: number): string {
    if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
    const seconds = Math.round(ms / 1000);
    if (seconds < 120) return `${seconds} s`;
    const rest = seconds % 60;
    return `${Math.floor(seconds / 60)} min${rest === 0 ? "" : ` ${rest} s`}`;
}
