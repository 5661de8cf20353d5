module.exports = () => {
    // One seed for all test files of a run.
    process.env.SEED ??= String(Date.now() % 1_000_000_000);
    // What a shell would read before the commands of a test.
    delete process.env.BASH_ENV;
    delete process.env.ENV;
};
