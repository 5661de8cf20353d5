const { spawnSync } = require("node:child_process");
const { default: Sequencer } = require("@jest/test-sequencer");

/** Test files of the package, the documents and the tools beside them: none holds a rule of a key's life. */
const sampled = [
    "bench/costPerKey",
    "bench/install",
    "conformance/profile",
    "conformance/stopping",
    "demo/main",
    "deploy/gitlab",
    "deploy/prometheusRules",
    "docs/api",
    "docs/testingGuide",
    "emulator/main",
    "emulator/package",
    "github/repository",
    "package/package",
    "report/page",
].map((name) => `/__tests__/${name}.test.ts`);
const parts = 3;

/** They only run on a Pulumi engine. Loading them to say so takes ten seconds of processor time. */
const onEngine = /\/__tests__\/engine\/(?!recorded)/;

/**
 * For `npm test`: a third of the files above, chosen by the seed, those that failed in the last run, and all others. CI runs all. Without
 * Pulumi, none that only run on its engine.
 */
module.exports = class SampledSuites extends Sequencer {
    sort(tests) {
        // `npm test -- docs/api` names what it wants.
        const chosen = this.#runnable(tests).filter((test) => this.#isChosen(test));
        return super.sort(chosen.length === 0 ? tests : chosen);
    }

    #runnable(tests) {
        const runnable = tests.filter(({ path }) => !onEngine.test(path.replaceAll("\\", "/")));
        const skipped = tests.length - runnable.length;
        if (skipped === 0 || runnable.length === 0 || !spawnSync("pulumi", ["version"]).error) return tests;
        console.log(
            `Skipped test files that need a Pulumi engine: ${skipped}. There is no pulumi command on the PATH.`,
        );
        return runnable;
    }

    #isChosen(test) {
        const i = sampled.findIndex((name) => test.path.replaceAll("\\", "/").endsWith(name));
        if (i === -1 || process.env.TEST_ALL) return true;
        return i % parts === Number(process.env.SEED) % parts || this.hasFailed(test);
    }
};
