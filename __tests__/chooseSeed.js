/** One seed for all test files of a run. */
module.exports = () => {
    process.env.SEED ??= String(Date.now() % 1_000_000_000);
};
