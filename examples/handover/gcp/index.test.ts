// The program under Pulumi's mocks: what is handed over, under which names, and when. Not proven here: what the target
// itself does with it.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { MockConfluentCloud } from "pulumi-confluent-flink/testing";

// biome-ignore lint/suspicious/noExplicitAny: each test looks at the few fields it is about.
type Fields = Record<string, any>;

const cloud = new MockConfluentCloud({
    others: {
        newResource: ({ name, inputs }) => ({
            id: `${name}-id`,
            state: { ...inputs, arn: `arn:${name}`, path: inputs.name },
        }),
    },
});
let outputs: Fields;

before(async () => {
    const config = { "handover-gcp:environmentId": "env-abc123" };
    ({ outputs } = await cloud.deploy(() => import("./index.js"), {
        project: "handover-gcp",
        stack: "prod",
        config,
    }));
});

const handedOver = (): Fields[] =>
    cloud.resources.filter(({ type }) => type.endsWith(":SecretVersion")).map(({ inputs }) => inputs);

test("hands nothing over before the keys are ready", () => {
    const types = cloud.resources.map(({ type }) => type.split(":").at(-1));
    assert.equal(types.filter((type) => type === "FlinkApiKey").length, 2);
    assert.equal(handedOver().length, 2);
    assert.ok(types.indexOf("SecretVersion") > types.indexOf("FlinkApiKey"));
});

test("fails rather than hand over a key that is not proven", () => {
    for (const { inputs } of cloud.apiKeys) assert.deepEqual(inputs.readiness, { unreachable: "fail" });
});

test("hands each key over as a secret, which the engine encrypts", () => {
    const versions = cloud.resources.filter(({ type }) => type.endsWith(":SecretVersion"));
    for (const { secretInputs } of versions) assert.ok(secretInputs.includes("secretData"));
});

test("writes the variables of each region as a version of a secret with a stable id", () => {
    const ids = cloud.resources
        .filter(({ type }) => type.endsWith("/secret:Secret"))
        .map(({ inputs }) => inputs.secretId);
    assert.deepEqual(ids.sort(), ["flink-aws-us-east-2", "flink-gcp-us-east1"]);
    for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{1,255}$/);
    const keys = handedOver().map(({ secretData }) => JSON.parse(secretData).FLINK_API_KEY);
    assert.deepEqual(keys.sort(), cloud.apiKeys.map(({ apiKey }) => apiKey).sort());
    assert.equal(JSON.parse(handedOver()[0]?.secretData).FLINK_API_SECRET, cloud.apiKeys[0]?.apiSecret);
    assert.equal(outputs.secretIds.length, 2);
});
