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
    const config = { "handover-aws:environmentId": "env-abc123" };
    ({ outputs } = await cloud.deploy(() => import("./index.js"), {
        project: "handover-aws",
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
    for (const { secretInputs } of versions) assert.ok(secretInputs.includes("secretString"));
});

test("writes the fields of the managed external secret ConfluentCloudApiKey", () => {
    const values = handedOver().map(({ secretString }) => JSON.parse(secretString));
    const byRegion = Object.fromEntries(values.map((value) => [value.resourceId, value]));
    assert.deepEqual(byRegion["aws.us-east-2"], {
        apiKey: cloud.apiKeys[0]?.apiKey,
        apiSecret: cloud.apiKeys[0]?.apiSecret,
        serviceAccountId: cloud.serviceAccounts[0]?.id,
        resourceId: "aws.us-east-2",
        environmentId: "env-abc123",
    });
    assert.equal(byRegion["gcp.us-east1"].apiKey, cloud.apiKeys[1]?.apiKey);
});

test("names the secrets after environment and region", () => {
    const names = cloud.resources
        .filter(({ type }) => type.endsWith("/secret:Secret"))
        .map(({ inputs }) => inputs.name);
    assert.deepEqual(names.sort(), ["flink/env-abc123/aws.us-east-2", "flink/env-abc123/gcp.us-east1"]);
    assert.equal(outputs.secretArns.length, 2);
});
