import assert from "node:assert/strict";
import { test } from "node:test";
import { encrypted, sentinel, testHandover } from "./programUnderMocks.js";

const tested = testHandover("handover-kubernetes", ":Secret", 2);

test("writes a Secret of a stable name for each region, changed in place when the key rotates", () => {
    const [first] = tested.run
        .inputsOf(":Secret")
        .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    assert.deepEqual(
        tested.run.inputsOf(":Secret").map(({ metadata }) => metadata.name),
        ["flink-aws-us-east-2", "flink-gcp-us-east1"],
    );
    assert.equal(first?.metadata.namespace, "default");
    assert.deepEqual(Object.keys(encrypted(first?.stringData)).sort(), [
        "CLOUD_PROVIDER",
        "CLOUD_REGION",
        "CONFLUENT_ENVIRONMENT_ID",
        "CONFLUENT_ORGANIZATION_ID",
        "FLINK_API_KEY",
        "FLINK_API_SECRET",
        "FLINK_PRINCIPAL_ID",
        "FLINK_REST_ENDPOINT",
    ]);
    assert.equal(encrypted(first?.stringData).FLINK_API_SECRET, sentinel);
    const provider = tested.run.declared.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(String(provider?.inputs.enableSecretMutable), "true");
});

test("exports names, and nothing secret", () => {
    assert.equal(tested.run.program.secretNames.length, 2);
});
