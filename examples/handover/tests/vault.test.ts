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
    run = await runUnderMocks("handover-vault", { environmentId: "env-abc123" });
});

test("hands over when the keys are ready, and fails rather than hand over one that is not proven", () => {
    assertHandedOverWhenReady(run, ":SecretV2", 2);
});

test("writes the variables of each region to a stable path of the KV engine", () => {
    const byName = Object.fromEntries(run.inputsOf(":SecretV2").map((inputs) => [inputs.name, inputs]));
    assert.deepEqual(Object.keys(byName).sort(), ["flink/aws.us-east-2", "flink/gcp.us-east1"]);
    const first = byName["flink/aws.us-east-2"];
    assert.equal(first?.mount, "secret");
    const variables = JSON.parse(encrypted(first?.dataJson));
    assert.equal(variables.FLINK_API_KEY, "AK-us-east-2");
    assert.equal(variables.FLINK_API_SECRET, sentinel);
    assert.equal(run.program.secretPaths.length, 2);
});
