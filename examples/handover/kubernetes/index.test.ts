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
    const config = { "handover-kubernetes:environmentId": "env-abc123" };
    ({ outputs } = await cloud.deploy(() => import("./index.js"), {
        project: "handover-kubernetes",
        stack: "prod",
        config,
    }));
});

const handedOver = (): Fields[] =>
    cloud.resources.filter(({ type }) => type.endsWith(":Secret")).map(({ inputs }) => inputs);

test("hands nothing over before the keys are ready", () => {
    const types = cloud.resources.map(({ type }) => type.split(":").at(-1));
    assert.equal(types.filter((type) => type === "FlinkApiKey").length, 2);
    assert.equal(handedOver().length, 2);
    assert.ok(types.indexOf("Secret") > types.indexOf("FlinkApiKey"));
});

test("fails rather than hand over a key that is not proven", () => {
    for (const { inputs } of cloud.apiKeys) assert.deepEqual(inputs.readiness, { unreachable: "fail" });
});

test("hands each key over as a secret, which the engine encrypts", () => {
    const versions = cloud.resources.filter(({ type }) => type.endsWith(":Secret"));
    for (const { secretInputs } of versions) assert.ok(secretInputs.includes("stringData"));
});

test("writes a Secret of a stable name for each region, changed in place when the key rotates", () => {
    const [first] = handedOver().sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    assert.deepEqual(
        handedOver().map(({ metadata }) => metadata.name),
        ["flink-aws-us-east-2", "flink-gcp-us-east1"],
    );
    assert.equal(first?.metadata.namespace, "default");
    assert.deepEqual(Object.keys(first?.stringData).sort(), [
        "CLOUD_PROVIDER",
        "CLOUD_REGION",
        "CONFLUENT_ENVIRONMENT_ID",
        "CONFLUENT_ORGANIZATION_ID",
        "FLINK_API_KEY",
        "FLINK_API_SECRET",
        "FLINK_PRINCIPAL_ID",
        "FLINK_REST_ENDPOINT",
    ]);
    assert.equal(first?.stringData.FLINK_API_SECRET, cloud.apiKeys[0]?.apiSecret);
    const provider = cloud.resources.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(String(provider?.inputs.enableSecretMutable), "true");
});

test("exports names, and nothing secret", () => {
    assert.equal(outputs.secretNames.length, 2);
});
