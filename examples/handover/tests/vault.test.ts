import assert from "node:assert/strict";
import { test } from "node:test";
import { testHandover } from "./testHandover.js";

const tested = testHandover("handover-vault", { typeEnd: ":SecretV2", count: 2, secretInput: "dataJson" });

test("writes the variables of each region to a stable path of the KV engine", () => {
    const byName = new Map(tested.run.ofType(":SecretV2").map(({ inputs }) => [inputs.name, inputs]));
    assert.deepEqual([...byName.keys()].sort(), ["flink/aws.us-east-2", "flink/gcp.us-east1"]);
    for (const { cloud, region, apiKey, apiSecret } of tested.run.cloud.apiKeys) {
        const written = byName.get(`flink/${cloud}.${region}`);
        assert.equal(written?.mount, "secret");
        const variables = JSON.parse(written?.dataJson);
        assert.equal(variables.FLINK_API_KEY, apiKey);
        assert.equal(variables.FLINK_API_SECRET, apiSecret);
    }
    assert.deepEqual(tested.run.outputs.secretPaths, ["flink/aws.us-east-2", "flink/gcp.us-east1"]);
});
