const { availableParallelism } = require("node:os");

// One seed for all test files of a run.
process.env.SEED ??= String(Date.now() % 1_000_000_000);

/** @type {import("jest").Config} */
module.exports = {
    testEnvironment: "<rootDir>/__tests__/environment.ts",
    // `--watch` finds the tests of a changed file only below these.
    roots: [
        "__tests__",
        "bench",
        "cli",
        "components",
        "confluent",
        "demo",
        "emulator",
        "plugin",
        "policy",
        "program",
        "provider",
        "testing",
    ].map((folder) => `<rootDir>/${folder}`),
    testMatch: ["**/*.test.ts"],
    transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "tsconfig.check.json" }] },
    moduleNameMapper: {
        "^@npmcli/arborist$": "<rootDir>/__tests__/notLoaded.js",
        "/typescript-shim$": "<rootDir>/__tests__/notLoaded.js",
        "^(axios|fastify)$": "<rootDir>/__tests__/sharedModules/$1.js",
    },
    modulePathIgnorePatterns: ["<rootDir>/dist/"],
    coverageProvider: "v8",
    // The node_modules of consumer projects that tests install are temporary folders elsewhere.
    watchman: false,
    // Some tests wait for processes: with one worker more than cores, no core is idle meanwhile.
    maxWorkers: availableParallelism() + 1,
    setupFiles: ["<rootDir>/__tests__/prepareFile.js"],
    globalSetup: "<rootDir>/__tests__/prepareRun.js",
    testEnvironmentOptions: { globalsCleanup: "off" },
    reporters: ["default", "<rootDir>/__tests__/tallyReporter.js"],
};
