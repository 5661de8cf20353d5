// The program with mocks: what it declares. Not proven here: that Flink accepts the SQL, and that a rotation changes no
// statement, which `npm run demo:statements` of pulumi-confluent-flink shows with a real engine.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { before, test } from "node:test";
import { type Deployed, MockConfluentCloud, type MockedResource } from "pulumi-confluent-flink/testing";

const environmentId = "env-abc123";
/** By name of a statement, the reference to its provider. */
const providers = new Map<string, string | undefined>();
const cloud = new MockConfluentCloud({
    organizations: [{ id: "1111aaaa-0000-4000-8000-000000000000", environments: [environmentId] }],
    others: {
        newResource: ({ name, inputs, provider }) => {
            providers.set(name, provider);
            return { id: `${name}-id`, state: inputs };
        },
    },
});
let program: Deployed;

before(async () => {
    program = await cloud.deploy(() => import("./index.js"), {
        project: "flink-statements",
        stack: "prod",
        config: {
            "flink-statements:environmentId": environmentId,
            "flink-statements:kafkaClusterId": "lkc-abc123",
        },
    });
});

const ofType = (typeEnd: string): MockedResource[] =>
    cloud.resources.filter(({ type }) => type.endsWith(typeEnd));

test("declares a statement for each file, with the file's name", () => {
    const names = readdirSync("statements").map((file) => file.replace(/\.sql$/, ""));
    assert.ok(names.length >= 2);
    assert.deepEqual(
        ofType(":FlinkStatement")
            .map(({ inputs }) => inputs.statementName)
            .sort(),
        names.sort(),
    );
    assert.deepEqual(Object.keys(program.outputs.statements).sort(), names);
});

test("gives the key to the provider of the statements, and not to a statement", () => {
    const [provider] = ofType("providers:confluentcloud");
    assert.equal(ofType("providers:confluentcloud").length, 1);
    for (const { name, inputs } of ofType(":FlinkStatement")) {
        assert.deepEqual(Object.keys(inputs).sort(), ["properties", "statement", "statementName"]);
        assert.ok(providers.get(name)?.endsWith(`::${provider?.name}::${provider?.id}`));
    }
    assert.deepEqual(provider?.inputs, {
        flinkApiKey: cloud.apiKeys[0]?.apiKey,
        flinkApiSecret: cloud.apiKeys[0]?.apiSecret,
        flinkRestEndpoint: "https://flink.us-east-2.aws.confluent.cloud",
        flinkComputePoolId: "orders-id",
        flinkPrincipalId: cloud.serviceAccounts[0]?.id,
        organizationId: "1111aaaa-0000-4000-8000-000000000000",
        environmentId,
    });
    assert.deepEqual([...provider.secretInputs].sort(), ["flinkApiKey", "flinkApiSecret"]);
});

test("grants the roles that the statements need, in this environment only", () => {
    const grants = cloud.roleBindings.map(({ roleName, crnPattern }) => `${roleName} ${crnPattern}`);
    assert.equal(grants.length, 6);
    for (const topic of [
        "DeveloperRead orders",
        "DeveloperWrite orders_per_minute",
        "DeveloperWrite large_orders",
    ]) {
        const [role, name] = topic.split(" ");
        assert.ok(grants.some((grant) => grant.startsWith(`${role} `) && grant.endsWith(`/topic=${name}`)));
    }
    for (const grant of grants) assert.match(grant, /\/environment=env-abc123/);
});

test("has no secret in an output that is not marked: those of the mocks begin with cfltMOCK", () => {
    assert.deepEqual(program.secretOutputs, ["environmentVariables"]);
    const { environmentVariables, ...others } = program.outputs;
    assert.match(JSON.stringify(environmentVariables), /cfltMOCK/);
    assert.doesNotMatch(JSON.stringify(others), /cfltMOCK/);
});

test("rotates the key", () => {
    const [key] = cloud.apiKeys;
    assert.equal(key?.inputs.overlap, "7d");
    assert.match(key?.inputs.rotationTrigger, /^\d{4}-\d{2}-\d{2}$/);
});
