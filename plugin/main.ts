#!/usr/bin/env node
// What an old Node.js can read: it has to be able to say that it is too old.
const major = Number(process.versions.node.split(".")[0]);
if (major < 20) {
    process.stderr.write(
        `pulumi-resource-confluent-flink: got Node.js ${process.versions.node}, expected 20 or newer on the PATH: https://nodejs.org\n`,
    );
    process.exitCode = 1;
} else {
    require("./start").start(process.argv.slice(2));
}
