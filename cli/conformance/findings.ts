import { assumption, assumptions } from "./assumptions";

/**
 * `not checked`: the run could not, although it should have. `left out`: no run does by itself, for example because that
 * would use up a quota.
 */
export type Verdict = "true" | "false" | "not checked" | "left out";

/** Several measurements of one duration, in milliseconds. */
export interface Measured {
    readonly min: number;
    readonly median: number;
    readonly max: number;
    readonly samples: readonly number[];
}

/** The result of a run for one assumption. */
export interface Finding {
    readonly id: string;
    readonly assumed: string;
    /** What Confluent Cloud did, or why the assumption was not checked. */
    readonly seen: string;
    readonly verdict: Verdict;
    /** What a false assumption means for this package; empty otherwise. */
    readonly follows: string;
    readonly measured?: Measured;
}

interface Observation {
    readonly holds: boolean;
    readonly seen: string;
}

/** Collects observations for each assumption. One observation that contradicts an assumption makes it false. */
export class Findings {
    readonly #observations = new Map<string, Observation[]>();
    readonly #samples = new Map<string, number[]>();
    readonly #unchecked = new Map<string, string>();
    /** Whether the time limit of the run ended a wait before the wait proved anything. */
    reachedTimeLimit = false;

    /** Records an observation that confirms the assumption (`holds`), or contradicts it and then shows `otherwise`. */
    record(id: string, holds: boolean, seen: string, otherwise = seen): void {
        const earlier = this.#observations.get(assumption(id).id) ?? [];
        this.#observations.set(id, [...earlier, { holds, seen: holds ? seen : otherwise }]);
    }

    /** Records how long it took. */
    recordTime(id: string, tookMs: number): void {
        const { limitMs } = assumption(id);
        this.#samples.set(id, [...(this.#samples.get(id) ?? []), tookMs]);
        if (limitMs !== undefined) this.record(id, tookMs <= limitMs, "");
    }

    /** Records that it had not happened after `waitedMs`. That contradicts the assumption only beyond its limit. */
    recordTimeout(id: string, waitedMs: number): void {
        const { limitMs } = assumption(id);
        if (limitMs !== undefined && waitedMs >= limitMs) {
            this.record(id, false, `not within ${durationText(waitedMs)}`);
            return;
        }
        this.reachedTimeLimit = true;
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
        if (samples === undefined) return undefined;
        const sorted = [...samples].sort((a, b) => a - b);
        const at = (index: number): number => sorted[index] as number;
        const middle = (sorted.length - 1) / 2;
        const median = Math.round((at(Math.floor(middle)) + at(Math.ceil(middle))) / 2);
        return { min: at(0), median, max: at(sorted.length - 1), samples };
    }

    /** One finding for each assumption. `reasonNotReached` explains, by id, why nothing at all was recorded. */
    all(reasonNotReached: (id: string) => string): Finding[] {
        return assumptions.map(({ id, statement: assumed, notChecked, otherwise }) => {
            const measured = this.measured(id);
            const common = { id, assumed, ...(measured && { measured }) };
            const observations = this.#observations.get(id);
            if (observations !== undefined) {
                const contradictions = observations.filter(({ holds }) => !holds);
                const isFalse = contradictions.length > 0;
                const shown = new Set((isFalse ? contradictions : observations).map(({ seen }) => seen));
                const seen = [measured && measuredText(measured), ...shown].filter(Boolean).join("; ");
                return {
                    ...common,
                    seen,
                    verdict: isFalse ? "false" : "true",
                    follows: isFalse ? otherwise : "",
                };
            }
            const because = this.#unchecked.get(id);
            const isLeftOut = because === undefined && notChecked !== undefined;
            return isLeftOut
                ? { ...common, seen: notChecked, verdict: "left out", follows: "" }
                : { ...common, seen: because ?? reasonNotReached(id), verdict: "not checked", follows: "" };
        });
    }
}

/** `2.3 s, 3.1 s, 4.8 s (min, median, max of 5)` */
function measuredText({ samples, min, median, max }: Measured): string {
    if (samples.length === 1) return `${durationText(min)} (once)`;
    return `${[min, median, max].map(durationText).join(", ")} (min, median, max of ${samples.length})`;
}

/** `0.3 s`, `42 s`, `4 min 10 s` */
export function durationText(ms: number): string {
    if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
    const seconds = Math.round(ms / 1000);
    if (seconds < 120) return `${seconds} s`;
    const rest = seconds % 60;
    return `${Math.floor(seconds / 60)} min${rest === 0 ? "" : ` ${rest} s`}`;
}
