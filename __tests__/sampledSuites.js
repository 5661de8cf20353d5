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

/** For `npm test`: a third of the files above, chosen by the seed, those that failed in the last run, and all others. CI runs all. */
module.exports = class SampledSuites extends Sequencer {
    sort(tests) {
        const isChosen = (test) => {
            const i = sampled.findIndex((name) => test.path.replaceAll("\\", "/").endsWith(name));
            return i === -1 || i % parts === Number(process.env.SEED) % parts || this.hasFailed(test);
        };
        const chosen = tests.filter(isChosen);
        // `npm test -- docs/api` names what it wants.
        return super.sort(process.env.TEST_ALL || chosen.length === 0 ? tests : chosen);
    }
};
