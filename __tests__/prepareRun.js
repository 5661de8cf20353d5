module.exports = () => {
    // What a shell would read before the commands of a test.
    delete process.env.BASH_ENV;
    delete process.env.ENV;
};
