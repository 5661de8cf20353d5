import assert from "node:assert/strict";
import { before, test } from "node:test";
import { assertHandsOverProvenKeys, deployHandover, type Handover, type Target } from "./testHandover.js";

const deploy = (others: object = {}): Promise<Handover> =>
    deployHandover("handover-github", { environmentId: "env-abc123", repository: "orders", ...others });
const variables = [
    "CLOUD_PROVIDER",
    "CLOUD_REGION",
    "CONFLUENT_ENVIRONMENT_ID",
    "CONFLUENT_ORGANIZATION_ID",
    "FLINK_API_KEY",
    "FLINK_API_SECRET",
    "FLINK_PRINCIPAL_ID",
    "FLINK_REST_ENDPOINT",
];
const target: Target = { typeEnd: ":ActionsSecret", count: 16, secretInput: "value" };
const valuesOf = (handover: Handover, typeEnd = target.typeEnd): Record<string, string> =>
    Object.fromEntries(handover.ofType(typeEnd).map(({ inputs }) => [inputs.secretName, inputs.value]));
let run: Handover;

before(async () => {
    run = await deploy();
});

test("writes proven keys only, as secrets", () => assertHandsOverProvenKeys(run, target));

test("writes all variables of each region to the repository", () => {
    const values = valuesOf(run);
    const expected = ["AWS_US_EAST_2", "GCP_US_EAST1"].flatMap((region) =>
        variables.map((variable) => `${region}_${variable}`),
    );
    assert.deepEqual(Object.keys(values).sort(), expected);
    assert.deepEqual([...run.outputs.secretNames].sort(), expected);
    const key = run.cloud.apiKeys.find(({ cloud }) => cloud === "aws");
    assert.equal(values.AWS_US_EAST_2_FLINK_API_KEY, key?.apiKey);
    assert.equal(values.AWS_US_EAST_2_FLINK_API_SECRET, key?.apiSecret);
    assert.equal(values.AWS_US_EAST_2_FLINK_REST_ENDPOINT, "https://flink.us-east-2.aws.confluent.cloud");
    assert.equal(values.GCP_US_EAST1_CLOUD_PROVIDER, "gcp");
    for (const { inputs } of run.ofType(":ActionsSecret")) assert.equal(inputs.repository, "orders");
    assert.equal(run.ofType(":ActionsEnvironmentSecret").length, 0);
});

test("writes the secret of a region after its key id", () => {
    const names = run.ofType(":ActionsSecret").map(({ inputs }) => inputs.secretName);
    for (const region of ["AWS_US_EAST_2", "GCP_US_EAST1"]) {
        const [id, secret] = ["KEY", "SECRET"].map((end) => names.indexOf(`${region}_FLINK_API_${end}`));
        assert.ok(id !== undefined && secret !== undefined && id >= 0 && id < secret);
    }
});

test("writes to a GitHub environment if one is set", async () => {
    const other = await deploy({ environment: "production" });
    assertHandsOverProvenKeys(other, { ...target, typeEnd: ":ActionsEnvironmentSecret" });
    assert.equal(other.ofType(":ActionsSecret").length, 0);
    for (const { inputs } of other.ofType(":ActionsEnvironmentSecret"))
        assert.equal(inputs.environment, "production");
    const key = other.cloud.apiKeys.find(({ cloud }) => cloud === "gcp");
    assert.equal(valuesOf(other, ":ActionsEnvironmentSecret").GCP_US_EAST1_FLINK_API_SECRET, key?.apiSecret);
});

test("uses names of the user's choice", async () => {
    const names = { FLINK_API_KEY: "ORDERS_{REGION}_KEY", FLINK_API_SECRET: "{REGION}_PASSWORD" };
    const other = await deploy({ names });
    const values = valuesOf(other);
    const [aws, gcp] = ["aws", "gcp"].map((name) => other.cloud.apiKeys.find(({ cloud }) => cloud === name));
    assert.equal(values.ORDERS_AWS_US_EAST_2_KEY, aws?.apiKey);
    assert.equal(values.GCP_US_EAST1_PASSWORD, gcp?.apiSecret);
    assert.equal(values.GCP_US_EAST1_CLOUD_REGION, "us-east1");
    assert.equal(Object.keys(values).length, 16);
});

const refused: [object, RegExp][] = [
    [
        { FLINK_API_KEY: "KEY" },
        /names\.FLINK_API_KEY: got KEY, which is also the name of FLINK_API_KEY of aws\.us-east-2/,
    ],
    [
        { FLINK_API_KEY: "GITHUB_{REGION}" },
        /names\.FLINK_API_KEY: got GITHUB_AWS_US_EAST_2, expected letters/,
    ],
    [{ FLINK_API_KEY: "{REGION}-KEY" }, /got AWS_US_EAST_2-KEY/],
    [{ API_KEY: "{REGION}_KEY" }, /names: got API_KEY, expected one of FLINK_API_KEY, /],
];
for (const [names, message] of refused) {
    test(`refuses names ${JSON.stringify(names)} before it creates anything`, async () => {
        await assert.rejects(deploy({ names }), message);
    });
}
