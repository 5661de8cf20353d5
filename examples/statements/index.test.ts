// The program under Pulumi's mocks: what it declares. Not proven here: that Flink takes the SQL, and what a rotation does
// to the statements, which `npm run demo:statements` of pulumi-confluent-flink shows on a real engine.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

// biome-ignore lint/suspicious/noExplicitAny: each test looks at the few fields it is about.
type Fields = Record<string, any>;

interface Declared {
    readonly type: string;
    readonly name: string;
    readonly inputs: Fields;
    readonly provider: string | undefined;
}

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
const environmentId = "env-abc123";
const declared: Declared[] = [];
let program: Fields;

before(async () => {
    pulumi.runtime.setAllConfig({
        "flink-statements:environmentId": environmentId,
        "flink-statements:kafkaClusterId": "lkc-abc123",
    });
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs, provider }) => {
                declared.push({ type, name, inputs, provider });
                if (type.endsWith(":ServiceAccount")) return { id: "sa-111aaa", state: inputs };
                if (type.endsWith(":FlinkComputePool")) return { id: "lfcp-abc123", state: inputs };
                const key = {
                    apiKey: "ABCDEFGHIJKLMNOP",
                    apiSecret: pulumi.secret(sentinel),
                    scope: `${environmentId}.aws.us-east-2`,
                    restEndpoint: "https://flink.us-east-2.aws.confluent.cloud",
                    createdAt: "2026-11-23T00:00:00Z",
                    readiness: "ready",
                    superseded: [],
                };
                const isKey = type.endsWith(":FlinkApiKey");
                return { id: `${name}-id`, state: { ...inputs, ...(isKey && key) } };
            },
            call: ({ inputs }) => ({
                ...inputs,
                resourceName: `crn://confluent.cloud/organization=1111aaaa/environment=${inputs.id}`,
            }),
        },
        "flink-statements",
        "prod",
        false,
    );
    program = await import("./index.js");
    await pulumi.runtime.disconnect();
});

const of = (typeEnd: string): Declared[] => declared.filter(({ type }) => type.endsWith(typeEnd));

test("declares a statement for each file, under the file's name", () => {
    const names = readdirSync("statements").map((file) => file.replace(/\.sql$/, ""));
    assert.ok(names.length >= 2);
    assert.deepEqual(
        of(":FlinkStatement")
            .map(({ inputs }) => inputs.statementName)
            .sort(),
        names.sort(),
    );
    assert.deepEqual(Object.keys(program.statements).sort(), names);
});

test("gives no statement the key: it comes with their provider, complete", () => {
    const [provider] = of("providers:confluentcloud");
    assert.equal(of("providers:confluentcloud").length, 1);
    for (const { inputs, provider: used } of of(":FlinkStatement")) {
        assert.deepEqual(Object.keys(inputs).sort(), ["properties", "statement", "statementName"]);
        assert.ok(used?.includes(`${provider?.name}::${provider?.name}-id`));
    }
    const { flinkApiKey, flinkApiSecret, ...settings } = provider?.inputs ?? assert.fail("no provider");
    // Both as secrets, which mocks see wrapped.
    assert.equal(flinkApiKey.value, "ABCDEFGHIJKLMNOP");
    assert.equal(flinkApiSecret.value, sentinel);
    assert.deepEqual(settings, {
        flinkRestEndpoint: "https://flink.us-east-2.aws.confluent.cloud",
        flinkComputePoolId: "lfcp-abc123",
        flinkPrincipalId: "sa-111aaa",
        organizationId: "1111aaaa",
        environmentId,
    });
});

test("grants what the statements need, and no more than the environment", () => {
    const grants = of(":RoleBinding").map(({ inputs }) => `${inputs.roleName} ${inputs.crnPattern}`);
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

test("rotates the key", () => {
    const [key] = of(":FlinkApiKey");
    assert.equal(key?.inputs.overlap, "7d");
    assert.match(key?.inputs.rotationTrigger, /^\d{4}-\d{2}-\d{2}$/);
});
