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
    const config = { "handover-github:environmentId": "env-abc123", "handover-github:repository": "orders" };
    ({ outputs } = await cloud.deploy(() => import("./index.js"), {
        project: "handover-github",
        stack: "prod",
        config,
    }));
});

const handedOver = (): Fields[] =>
    cloud.resources.filter(({ type }) => type.endsWith(":ActionsSecret")).map(({ inputs }) => inputs);

test("hands nothing over before the keys are ready", () => {
    const types = cloud.resources.map(({ type }) => type.split(":").at(-1));
    assert.equal(types.filter((type) => type === "FlinkApiKey").length, 2);
    assert.equal(handedOver().length, 4);
    assert.ok(types.indexOf("ActionsSecret") > types.indexOf("FlinkApiKey"));
});

test("fails rather than hand over a key that is not proven", () => {
    for (const { inputs } of cloud.apiKeys) assert.deepEqual(inputs.readiness, { unreachable: "fail" });
});

test("hands each key over as a secret, which the engine encrypts", () => {
    const secrets = cloud.resources.filter(({ inputs }) => String(inputs.secretName).endsWith("_API_SECRET"));
    assert.equal(secrets.length, 2);
    for (const { secretInputs } of secrets) assert.ok(secretInputs.includes("value"));
});

test("writes id and secret of each region under names that GitHub takes, the secret last", () => {
    const names = handedOver().map(({ secretName }) => secretName);
    assert.deepEqual([...names].sort(), [
        "FLINK_AWS_US_EAST_2_API_KEY",
        "FLINK_AWS_US_EAST_2_API_SECRET",
        "FLINK_GCP_US_EAST1_API_KEY",
        "FLINK_GCP_US_EAST1_API_SECRET",
    ]);
    const first = handedOver().find(({ secretName }) => secretName === "FLINK_AWS_US_EAST_2_API_SECRET");
    assert.equal(first?.value, cloud.apiKeys[0]?.apiSecret);
    assert.equal(first?.repository, "orders");
    const isBefore = (id: string, secret: string): boolean => names.indexOf(id) < names.indexOf(secret);
    assert.ok(isBefore("FLINK_AWS_US_EAST_2_API_KEY", "FLINK_AWS_US_EAST_2_API_SECRET"));
    assert.equal(outputs.secretNames.length, 4);
});
