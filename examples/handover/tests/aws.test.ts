import assert from "node:assert/strict";
import { test } from "node:test";
import { testHandover } from "./testHandover.js";

const tested = testHandover("handover-aws", {
    typeEnd: ":SecretVersion",
    count: 2,
    secretInput: "secretString",
});

test("writes the fields of the managed external secret ConfluentCloudApiKey", () => {
    const values = tested.run.ofType(":SecretVersion").map(({ inputs }) => JSON.parse(inputs.secretString));
    const expected = tested.run.cloud.apiKeys.map(({ apiKey, apiSecret, owner, cloud, region }) => ({
        apiKey,
        apiSecret,
        serviceAccountId: owner,
        resourceId: `${cloud}.${region}`,
        environmentId: "env-abc123",
    }));
    const byRegion = (a: { resourceId: string }, b: { resourceId: string }): number =>
        a.resourceId < b.resourceId ? -1 : 1;
    assert.deepEqual(values.sort(byRegion), expected.sort(byRegion));
});

test("names the secrets after environment and region", () => {
    const names = tested.run.ofType("/secret:Secret").map(({ inputs }) => inputs.name);
    assert.deepEqual(names.sort(), ["flink/env-abc123/aws.us-east-2", "flink/env-abc123/gcp.us-east1"]);
    assert.deepEqual(tested.run.outputs.secretArns, ["arn:flink-aws.us-east-2", "arn:flink-gcp.us-east1"]);
});
