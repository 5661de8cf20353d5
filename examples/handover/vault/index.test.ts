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
    const config = { "handover-vault:environmentId": "env-abc123" };
    ({ outputs } = await cloud.deploy(() => import("./index.js"), {
        project: "handover-vault",
        stack: "prod",
        config,
    }));
});

const handedOver = (): Fields[] =>
    cloud.resources.filter(({ type }) => type.endsWith(":SecretV2")).map(({ inputs }) => inputs);

test("hands nothing over before the keys are ready", () => {
    const types = cloud.resources.map(({ type }) => type.split(":").at(-1));
    assert.equal(types.filter((type) => type === "FlinkApiKey").length, 2);
    assert.equal(handedOver().length, 2);
    assert.ok(types.indexOf("SecretV2") > types.indexOf("FlinkApiKey"));
});

test("fails rather than hand over a key that is not proven", () => {
    for (const { inputs } of cloud.apiKeys) assert.deepEqual(inputs.readiness, { unreachable: "fail" });
});

test("hands each key over as a secret, which the engine encrypts", () => {
    const versions = cloud.resources.filter(({ type }) => type.endsWith(":SecretV2"));
    for (const { secretInputs } of versions) assert.ok(secretInputs.includes("dataJson"));
});

test("writes the variables of each region to a stable path of the KV engine", () => {
    const byName = Object.fromEntries(handedOver().map((inputs) => [inputs.name, inputs]));
    assert.deepEqual(Object.keys(byName).sort(), ["flink/aws.us-east-2", "flink/gcp.us-east1"]);
    const first = byName["flink/aws.us-east-2"];
    assert.equal(first?.mount, "secret");
    const variables = JSON.parse(first?.dataJson);
    assert.equal(variables.FLINK_API_KEY, cloud.apiKeys[0]?.apiKey);
    assert.equal(variables.FLINK_API_SECRET, cloud.apiKeys[0]?.apiSecret);
    assert.equal(outputs.secretPaths.length, 2);
});
