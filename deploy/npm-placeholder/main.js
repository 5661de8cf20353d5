#!/usr/bin/env node
// Reached by `npx confluent-flink` in a folder in which the command is not installed.
console.error(
    "confluent-flink: this package only keeps the name. Install pulumi-confluent-flink, whose command this is: npm install pulumi-confluent-flink; npx --no -- confluent-flink --help",
);
process.exitCode = 1;
