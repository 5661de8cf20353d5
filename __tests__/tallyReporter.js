/**
 * Prints at the end of a run, for groups of tests that are cases of one claim, how many ran and how many failed, each
 * on its own line. A test file that could not run counts as one failure. Then how the samples of this run are run again.
 */
class TallyReporter {
    static #tallies = [
        { name: "fault-matrix", unit: "cases", path: /__tests__\/faults\/faultMatrix\.test\.ts$/ },
        { name: "histories", unit: "run", path: /__tests__\/histories\/histories\.test\.ts$/ },
    ];

    #lines = [];

    constructor() {
        // Jest prints its summary after every other reporter is done, so the last lines wait for the end of the process.
        process.once("exit", () => process.stdout.write(this.#lines.join("")));
    }

    onRunComplete(_contexts, { testResults }) {
        for (const { name, unit, path } of TallyReporter.#tallies) {
            const files = testResults.filter(({ testFilePath }) =>
                path.test(testFilePath.replaceAll("\\", "/")),
            );
            if (files.length === 0) continue;
            const tests = files
                .flatMap((file) => file.testResults)
                .filter(({ ancestorTitles }) => ancestorTitles[0] === name);
            const count = (status) => tests.filter((test) => test.status === status).length;
            const failed = count("failed") + files.filter(({ testExecError }) => testExecError).length;
            this.#lines.push(`${name}: ${count("passed") + count("failed")} ${unit}, ${failed} failed\n`);
        }
        if (process.env.SEED && !process.env.TEST_ALL && !process.env.TEST_LONG)
            this.#lines.push(`SEED=${process.env.SEED} runs the same samples again, TEST_ALL=1 all tests\n`);
    }
}

module.exports = TallyReporter;
