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
    pulumi.runtime.setAllConfig({ "handover-aws:environmentId": "env-abc123" });
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
        "handover-aws",
        "prod",
        false,
    );
    program = await import("./index.js");
    await pulumi.runtime.disconnect();
});

const handedOver = (): Fields[] =>
    declared.filter(({ type }) => type.endsWith(":SecretVersion")).map(({ inputs }) => inputs);

/** The value of an input, where the engine is told to encrypt it. */
function encrypted(input: Fields): Fields[string] {
    assert.equal(input["4dabf18193072939515e22adb298388d"], "1b47061264138c4ac30d75fd1eb44270");
    return input.value;
}

test("hands nothing over before the keys are ready", () => {
    const types = declared.map(({ type }) => type.split(":").at(-1));
    assert.equal(types.filter((type) => type === "FlinkApiKey").length, 2);
    assert.equal(handedOver().length, 2);
    assert.ok(types.indexOf("SecretVersion") > types.indexOf("FlinkApiKey"));
});

test("fails rather than hand over a key that is not proven", () => {
    const keys = declared.filter(({ type }) => type.endsWith(":FlinkApiKey"));
    for (const { inputs } of keys) assert.deepEqual(inputs.readiness, { unreachable: "fail" });
});

test("writes the fields of the managed external secret ConfluentCloudApiKey", () => {
    const values = handedOver().map(({ secretString }) => JSON.parse(encrypted(secretString)));
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
    const names = declared
        .filter(({ type }) => type.endsWith("/secret:Secret"))
        .map(({ inputs }) => inputs.name);
    assert.deepEqual(names.sort(), ["flink/env-abc123/aws.us-east-2", "flink/env-abc123/gcp.us-east1"]);
    assert.equal(program.secretArns.length, 2);
});
