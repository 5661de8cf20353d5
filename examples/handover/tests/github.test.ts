import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
    assertHandedOverWhenReady,
    encrypted,
    type Run,
    runUnderMocks,
    sentinel,
} from "./programUnderMocks.js";

const settings = { environmentId: "env-abc123", repository: "orders" };
const start = (others: object = {}): Promise<Run> =>
    runUnderMocks("handover-github", { ...settings, ...others });
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
const valuesOf = (run: Run, typeEnd: string): Record<string, unknown> =>
    Object.fromEntries(run.inputsOf(typeEnd).map(({ secretName, value }) => [secretName, encrypted(value)]));
let run: Run;

before(async () => {
    run = await start();
});

test("hands over when the keys are ready, and fails rather than hand over one that is not proven", () => {
    assertHandedOverWhenReady(run, ":ActionsSecret", 16);
});

test("writes the whole set of each region to the repository, encrypted", () => {
    const values = valuesOf(run, ":ActionsSecret");
    const expected = ["AWS_US_EAST_2", "GCP_US_EAST1"].flatMap((region) =>
        variables.map((variable) => `${region}_${variable}`),
    );
    assert.deepEqual(Object.keys(values).sort(), expected);
    assert.deepEqual([...run.program.secretNames].sort(), expected);
    assert.equal(values.AWS_US_EAST_2_FLINK_API_KEY, "AK-us-east-2");
    assert.equal(values.AWS_US_EAST_2_FLINK_API_SECRET, sentinel);
    assert.equal(values.AWS_US_EAST_2_FLINK_REST_ENDPOINT, "https://flink.us-east-2.aws.confluent.cloud");
    assert.equal(values.GCP_US_EAST1_CLOUD_PROVIDER, "gcp");
    for (const { repository } of run.inputsOf(":ActionsSecret")) assert.equal(repository, "orders");
    assert.equal(run.inputsOf(":ActionsEnvironmentSecret").length, 0);
});

test("writes the secret of a region after its id", () => {
    const names = run.inputsOf(":ActionsSecret").map(({ secretName }) => secretName);
    for (const region of ["AWS_US_EAST_2", "GCP_US_EAST1"]) {
        const [id, secret] = ["KEY", "SECRET"].map((end) => names.indexOf(`${region}_FLINK_API_${end}`));
        assert.ok(id !== undefined && secret !== undefined && id >= 0 && id < secret);
    }
});

test("writes to a GitHub environment where one is named", async () => {
    const other = await start({ environment: "production" });
    assertHandedOverWhenReady(other, ":ActionsEnvironmentSecret", 16);
    assert.equal(other.inputsOf(":ActionsSecret").length, 0);
    for (const inputs of other.inputsOf(":ActionsEnvironmentSecret"))
        assert.equal(inputs.environment, "production");
    assert.equal(valuesOf(other, ":ActionsEnvironmentSecret").GCP_US_EAST1_FLINK_API_SECRET, sentinel);
});

test("takes names of the user's choice", async () => {
    const names = { FLINK_API_KEY: "ORDERS_{REGION}_KEY", FLINK_API_SECRET: "{REGION}_PASSWORD" };
    const values = valuesOf(await start({ names }), ":ActionsSecret");
    assert.equal(values.ORDERS_AWS_US_EAST_2_KEY, "AK-us-east-2");
    assert.equal(values.GCP_US_EAST1_PASSWORD, sentinel);
    assert.equal(values.GCP_US_EAST1_CLOUD_REGION, "us-east1");
    assert.equal(Object.keys(values).length, 16);
});

const refused: [object, RegExp][] = [
    [{ FLINK_API_KEY: "KEY" }, /names\.FLINK_API_KEY: got KEY, the name of FLINK_API_KEY of aws\.us-east-2/],
    [
        { FLINK_API_KEY: "GITHUB_{REGION}" },
        /names\.FLINK_API_KEY: got GITHUB_AWS_US_EAST_2, expected letters/,
    ],
    [{ FLINK_API_KEY: "{REGION}-KEY" }, /got AWS_US_EAST_2-KEY/],
    [{ API_KEY: "{REGION}_KEY" }, /names: got API_KEY, expected one of FLINK_API_KEY, /],
];
for (const [names, message] of refused) {
    test(`refuses names ${JSON.stringify(names)} before anything is made`, async () => {
        await assert.rejects(start({ names }), message);
    });
}
