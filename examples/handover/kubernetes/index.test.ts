// The program under Pulumi's mocks: what is handed over, under which names, and when. Not proven here: what the target
// itself does with it.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
// biome-ignore lint/suspicious/noExplicitAny: each test looks at the few fields it is about.
type Fields = Record<string, any>;

/** In the order in which they were declared; a key counts when it is ready. */
const declared: { type: string; inputs: Fields }[] = [];
let program: Fields;

before(async () => {
    pulumi.runtime.setAllConfig({ "handover-kubernetes:environmentId": "env-abc123" });
    await pulumi.runtime.setMocks(
        {
            newResource: async ({ type, name, inputs }) => {
                const isKey = type.endsWith(":FlinkApiKey");
                // Long enough for whatever does not wait for the key to be declared before it.
                for (let turn = 0; isKey && turn < 100; turn++) await new Promise(setImmediate);
                declared.push({ type, inputs });
                const state = isKey
                    ? {
                          ...inputs,
                          apiKey: `AK-${inputs.region}`,
                          apiSecret: pulumi.secret(sentinel),
                          scope: `${inputs.environmentId}.${inputs.cloud}.${inputs.region}`,
                          restEndpoint: `https://flink.${inputs.region}.${inputs.cloud}.confluent.cloud`,
                          createdAt: "2026-11-23T00:00:00Z",
                          readiness: "ready",
                          superseded: [],
                      }
                    : { ...inputs, arn: `arn:${name}`, path: inputs.name };
                return { id: type.endsWith(":ServiceAccount") ? "sa-111aaa" : `${name}-id`, state };
            },
            call: ({ inputs }) => ({
                ...inputs,
                resourceName: `crn://confluent.cloud/organization=1111aaaa/environment=${inputs.id}`,
            }),
        },
        "handover-kubernetes",
        "prod",
        false,
    );
    program = await import("./index.js");
    await pulumi.runtime.disconnect();
});

const handedOver = (): Fields[] =>
    declared.filter(({ type }) => type.endsWith(":Secret")).map(({ inputs }) => inputs);

/** The value of an input, where the engine is told to encrypt it. */
function encrypted(input: Fields): Fields[string] {
    assert.equal(input["4dabf18193072939515e22adb298388d"], "1b47061264138c4ac30d75fd1eb44270");
    return input.value;
}

test("hands nothing over before the keys are ready", () => {
    const types = declared.map(({ type }) => type.split(":").at(-1));
    assert.equal(types.filter((type) => type === "FlinkApiKey").length, 2);
    assert.equal(handedOver().length, 2);
    assert.ok(types.indexOf("Secret") > types.indexOf("FlinkApiKey"));
});

test("fails rather than hand over a key that is not proven", () => {
    const keys = declared.filter(({ type }) => type.endsWith(":FlinkApiKey"));
    for (const { inputs } of keys) assert.deepEqual(inputs.readiness, { unreachable: "fail" });
});

test("writes a Secret of a stable name for each region, changed in place when the key rotates", () => {
    const [first] = handedOver().sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    assert.deepEqual(
        handedOver().map(({ metadata }) => metadata.name),
        ["flink-aws-us-east-2", "flink-gcp-us-east1"],
    );
    assert.equal(first?.metadata.namespace, "default");
    assert.deepEqual(Object.keys(encrypted(first?.stringData)).sort(), [
        "CLOUD_PROVIDER",
        "CLOUD_REGION",
        "CONFLUENT_ENVIRONMENT_ID",
        "CONFLUENT_ORGANIZATION_ID",
        "FLINK_API_KEY",
        "FLINK_API_SECRET",
        "FLINK_PRINCIPAL_ID",
        "FLINK_REST_ENDPOINT",
    ]);
    assert.equal(encrypted(first?.stringData).FLINK_API_SECRET, sentinel);
    const provider = declared.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(String(provider?.inputs.enableSecretMutable), "true");
});

test("exports names, and nothing secret", () => {
    assert.equal(program.secretNames.length, 2);
});
