import assert from "node:assert/strict";
import { test } from "node:test";
import { encrypted, sentinel, testHandover } from "./programUnderMocks.js";

const tested = testHandover("handover-vault", ":SecretV2", 2);

test("writes the variables of each region to a stable path of the KV engine", () => {
    const byName = Object.fromEntries(
        tested.run.inputsOf(":SecretV2").map((inputs) => [inputs.name, inputs]),
    );
    assert.deepEqual(Object.keys(byName).sort(), ["flink/aws.us-east-2", "flink/gcp.us-east1"]);
    const first = byName["flink/aws.us-east-2"];
    assert.equal(first?.mount, "secret");
    const variables = JSON.parse(encrypted(first?.dataJson));
    assert.equal(variables.FLINK_API_KEY, "AK-us-east-2");
    assert.equal(variables.FLINK_API_SECRET, sentinel);
    assert.equal(tested.run.program.secretPaths.length, 2);
});
