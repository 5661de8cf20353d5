import assert from "node:assert/strict";
import { test } from "node:test";
import { encrypted, sentinel, testHandover } from "./programUnderMocks.js";

const tested = testHandover("handover-gcp", ":SecretVersion", 2);

test("writes the variables of each region as a version of a secret with a stable id", () => {
    const ids = tested.run.inputsOf("/secret:Secret").map(({ secretId }) => secretId);
    assert.deepEqual(ids.sort(), ["flink-aws-us-east-2", "flink-gcp-us-east1"]);
    for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{1,255}$/);
    const keys = tested.run
        .inputsOf(":SecretVersion")
        .map(({ secretData }) => JSON.parse(encrypted(secretData)).FLINK_API_KEY);
    assert.deepEqual(keys.sort(), ["AK-us-east-2", "AK-us-east1"]);
    assert.equal(
        JSON.parse(encrypted(tested.run.inputsOf(":SecretVersion")[0]?.secretData)).FLINK_API_SECRET,
        sentinel,
    );
    assert.equal(tested.run.program.secretIds.length, 2);
});
