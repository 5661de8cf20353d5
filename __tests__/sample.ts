import fc from "fast-check";

/** Everything in CI and in long runs; otherwise a sample, which differs from run to run. */
export const runsAll = Boolean(process.env.TEST_ALL || process.env.TEST_LONG);

/** Chooses the sample. `jest.config.js` sets it and `tallyReporter.js` prints it: `SEED=7 npm test` runs the same sample again. */
export const seed = Number(process.env.SEED);

/** At most `count` of the cases, in their order. All of them if {@link runsAll}. */
export function sampleOf<Case>(cases: readonly Case[], count: number): readonly Case[] {
    if (runsAll || cases.length <= count) return cases;
    const subarrays = fc.subarray([...cases], { minLength: count, maxLength: count });
    return fc.sample(subarrays, { seed, numRuns: 1 })[0] as Case[];
}
