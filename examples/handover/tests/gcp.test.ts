import assert from "node:assert/strict";
import { test } from "node:test";
import { testHandover } from "./testHandover.js";

const tested = testHandover("handover-gcp", {
    typeEnd: ":SecretVersion",
    count: 2,
    secretInput: "secretData",
});

test("writes the variables of each region as a version of a secret with a stable id", () => {
    const ids = tested.run.ofType("/secret:Secret").map(({ inputs }) => inputs.secretId);
    assert.deepEqual(ids.sort(), ["flink-aws-us-east-2", "flink-gcp-us-east1"]);
    for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{1,255}$/);
    const written = tested.run
        .ofType(":SecretVersion")
        .map(({ inputs }) => JSON.parse(inputs.secretData))
        .map(({ FLINK_API_KEY, FLINK_API_SECRET }) => [FLINK_API_KEY, FLINK_API_SECRET]);
    const expected = tested.run.cloud.apiKeys.map(({ apiKey, apiSecret }) => [apiKey, apiSecret]);
    assert.deepEqual(written.sort(), expected.sort());
    assert.deepEqual(tested.run.outputs.secretIds, ["flink-aws-us-east-2", "flink-gcp-us-east1"]);
});
