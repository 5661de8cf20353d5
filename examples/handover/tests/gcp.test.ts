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
    run = await runUnderMocks("handover-gcp", { environmentId: "env-abc123" });
});

test("hands over when the keys are ready, and fails rather than hand over one that is not proven", () => {
    assertHandedOverWhenReady(run, ":SecretVersion", 2);
});

test("writes the variables of each region as a version of a secret with a stable id", () => {
    const ids = run.inputsOf("/secret:Secret").map(({ secretId }) => secretId);
    assert.deepEqual(ids.sort(), ["flink-aws-us-east-2", "flink-gcp-us-east1"]);
    for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{1,255}$/);
    const keys = run
        .inputsOf(":SecretVersion")
        .map(({ secretData }) => JSON.parse(encrypted(secretData)).FLINK_API_KEY);
    assert.deepEqual(keys.sort(), ["AK-us-east-2", "AK-us-east1"]);
    assert.equal(
        JSON.parse(encrypted(run.inputsOf(":SecretVersion")[0]?.secretData)).FLINK_API_SECRET,
        sentinel,
    );
    assert.equal(run.program.secretIds.length, 2);
});
