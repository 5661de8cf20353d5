import assert from "node:assert/strict";
import { test } from "node:test";
import { encrypted, sentinel, testHandover } from "./programUnderMocks.js";

const tested = testHandover("handover-aws", ":SecretVersion", 2);

test("writes the fields of the managed external secret ConfluentCloudApiKey", () => {
    const values = tested.run
        .inputsOf(":SecretVersion")
        .map(({ secretString }) => JSON.parse(encrypted(secretString)));
    const byRegion = Object.fromEntries(values.map((value) => [value.resourceId, value]));
    assert.deepEqual(byRegion["aws.us-east-2"], {
        apiKey: "AK-us-east-2",
        apiSecret: sentinel,
        serviceAccountId: "sa-111aaa",
        resourceId: "aws.us-east-2",
        environmentId: "env-abc123",
    });
    assert.equal(byRegion["gcp.us-east1"].apiKey, "AK-us-east1");
});

test("names the secrets after environment and region", () => {
    const names = tested.run.inputsOf("/secret:Secret").map(({ name }) => name);
    assert.deepEqual(names.sort(), ["flink/env-abc123/aws.us-east-2", "flink/env-abc123/gcp.us-east1"]);
    assert.equal(tested.run.program.secretArns.length, 2);
});
