import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
    assertHandedOverWhenReady,
    encrypted,
    type Run,
    runUnderMocks,
    sentinel,
} from "./programUnderMocks.js";

let run: Run;

before(async () => {
    run = await runUnderMocks("handover-kubernetes", { environmentId: "env-abc123" });
});

test("hands over when the keys are ready, and fails rather than hand over one that is not proven", () => {
    assertHandedOverWhenReady(run, ":Secret", 2);
});

test("writes a Secret of a stable name for each region, changed in place when the key rotates", () => {
    const [first] = run.inputsOf(":Secret").sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    assert.deepEqual(
        run.inputsOf(":Secret").map(({ metadata }) => metadata.name),
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
    const provider = run.declared.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(String(provider?.inputs.enableSecretMutable), "true");
});

test("exports names, and nothing secret", () => {
    assert.equal(run.program.secretNames.length, 2);
});
