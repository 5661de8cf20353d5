#!/usr/bin/env node
// Reached by `npx confluent-flink` in a folder in which the command is not installed.
console.error(
    "confluent-flink: this package only reserves the name. The command comes with pulumi-confluent-flink: npm install pulumi-confluent-flink; npx --no -- confluent-flink --help",
);
process.exitCode = 1;
