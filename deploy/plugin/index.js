// It exports nothing: Pulumi would look for components among what it exports.
require("pulumi-confluent-flink/plugin");
