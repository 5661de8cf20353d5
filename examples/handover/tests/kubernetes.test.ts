import assert from "node:assert/strict";
import { test } from "node:test";
import { testHandover } from "./testHandover.js";

const tested = testHandover("handover-kubernetes", {
    typeEnd: ":Secret",
    count: 2,
    secretInput: "stringData",
});

test("writes a Secret with a stable name for each region, and updates it in place when the key rotates", () => {
    const byName = new Map(tested.run.ofType(":Secret").map(({ inputs }) => [inputs.metadata.name, inputs]));
    assert.deepEqual([...byName.keys()].sort(), ["flink-aws-us-east-2", "flink-gcp-us-east1"]);
    for (const { cloud, region, apiKey, apiSecret } of tested.run.cloud.apiKeys) {
        const written = byName.get(`flink-${cloud}-${region}`);
        assert.equal(written?.metadata.namespace, "default");
        assert.equal(written?.stringData.FLINK_API_KEY, apiKey);
        assert.equal(written?.stringData.FLINK_API_SECRET, apiSecret);
        assert.deepEqual(Object.keys(written?.stringData).sort(), [
            "CLOUD_PROVIDER",
            "CLOUD_REGION",
            "CONFLUENT_ENVIRONMENT_ID",
            "CONFLUENT_ORGANIZATION_ID",
            "FLINK_API_KEY",
            "FLINK_API_SECRET",
            "FLINK_PRINCIPAL_ID",
            "FLINK_REST_ENDPOINT",
        ]);
    }
    assert.deepEqual(tested.run.outputs.secretNames, ["flink-aws-us-east-2", "flink-gcp-us-east1"]);
    const [provider] = tested.run.ofType("pulumi:providers:kubernetes");
    assert.equal(String(provider?.inputs.enableSecretMutable), "true");
});
