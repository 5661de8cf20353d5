// The mocks for tests of a user's program, in jest. Not proven here: that they work in other test runners and from the
// installed package (npm run test:runners), and that they answer like the engine, the official provider and ours (the
// tests in __tests__/engine).
import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, FlinkApiKey } from "../../components";
import { MockConfluentCloud } from "../../testing";

const environmentId = "env-abc123";
const regions = ["aws.us-east-2"];

/** A resource of another provider. */
class Bucket extends pulumi.CustomResource {
    declare arn: pulumi.Output<string>;

    constructor(name: string, inputs: pulumi.Inputs) {
        super("aws:s3:Bucket", name, { arn: undefined, ...inputs });
    }
}

/** As a generated SDK declares it. */
class FlinkKeyOfSdk extends pulumi.CustomResource {}

function access(args: Partial<ConstructorParameters<typeof FlinkAccess>[1]> = {}) {
    return () => {
        const { principalId, keys, environmentVariables } = new FlinkAccess("orders", {
            environmentId,
            regions,
            roles: ["FlinkDeveloper"],
            ...args,
        });
        return { principalId, keys, environmentVariables };
    };
}

describe("MockConfluentCloud.deploy", () => {
    it("creates a key that a program declares with the plugin's SDK", async () => {
        const cloud = new MockConfluentCloud();
        const args = { owner: "sa-111aaa", environmentId, cloud: "aws", region: "us-east-2" };
        const outputs = { apiKey: undefined, apiSecret: undefined, status: undefined };
        const { outputs: of, secretOutputs } = await cloud.deploy(() => {
            const key = new FlinkKeyOfSdk("confluent-flink:index:FlinkApiKey", "orders", {
                ...args,
                ...outputs,
            }) as unknown as FlinkApiKey;
            return { apiKey: key.apiKey, apiSecret: key.apiSecret, status: key.status };
        });
        expect(cloud.apiKeys).toMatchObject([{ owner: "sa-111aaa", scope: "env-abc123.aws.us-east-2" }]);
        expect(of).toMatchObject({ apiKey: cloud.apiKeys[0]?.apiKey, status: "ready" });
        expect(secretOutputs).toEqual(["apiSecret"]);
    });

    it("records accounts, role bindings and keys, which refer to each other by id", async () => {
        const cloud = new MockConfluentCloud();
        const { outputs } = await cloud.deploy(access({ regions: ["aws.us-east-2", "gcp.us-east1"] }), {
            project: "shop",
            stack: "prod",
        });
        const [account] = cloud.serviceAccounts;
        expect(account).toMatchObject({
            displayName: "shop-prod-orders",
            id: expect.stringMatching(/^sa-\w{6}$/),
        });
        expect(outputs.principalId).toBe(account?.id);
        expect(cloud.roleBindings).toMatchObject([
            {
                principal: `User:${account?.id}`,
                roleName: "FlinkDeveloper",
                crnPattern: `crn://confluent.cloud/organization=11111111-0000-4000-8000-000000000000/environment=${environmentId}`,
            },
        ]);
        expect(cloud.apiKeys.map(({ owner, scope }) => [owner, scope])).toEqual([
            [account?.id, "env-abc123.aws.us-east-2"],
            [account?.id, "env-abc123.gcp.us-east1"],
        ]);
        const [first, second] = cloud.apiKeys;
        expect(first?.id).toBe(`${account?.id}/env-abc123.aws.us-east-2`);
        expect(first?.apiKey).toMatch(/^[A-Z2-7]{16}$/);
        expect(first?.apiKey).not.toBe(second?.apiKey);
        expect(outputs.keys["aws.us-east-2"]).toMatchObject({
            apiKey: first?.apiKey,
            apiSecret: first?.apiSecret,
            restEndpoint: "https://flink.us-east-2.aws.confluent.cloud",
            status: "ready",
            superseded: [],
        });
        expect(outputs.environmentVariables["gcp.us-east1"].FLINK_API_SECRET).toBe(second?.apiSecret);
    });

    it("gives the same ids in every run", async () => {
        const cloud = new MockConfluentCloud();
        const first = (await cloud.deploy(access())).outputs;
        expect((await cloud.deploy(access())).outputs).toEqual(first);
        expect(cloud.apiKeys).toHaveLength(1);
    });

    it("keeps secrets secret, and returns their paths", async () => {
        const cloud = new MockConfluentCloud();
        const { secretOutputs } = await cloud.deploy(access());
        expect(secretOutputs).toEqual([
            'keys["aws.us-east-2"].apiSecret',
            'environmentVariables["aws.us-east-2"]',
        ]);
        const handed = await cloud.deploy(() => {
            const { keys } = new FlinkAccess("orders", { environmentId, regions, roles: [] });
            new Bucket("b", { text: keys["aws.us-east-2"]?.apiSecret, region: "us-east-2" });
        });
        expect(handed.secretOutputs).toEqual([]);
        const bucket = cloud.resources.find(({ name }) => name === "b");
        expect(bucket?.secretInputs).toEqual(["text"]);
        expect(bucket?.inputs.text).toBe(cloud.apiKeys[0]?.apiSecret);
    });

    it("keeps the id and the secret of an adopted key", async () => {
        const cloud = new MockConfluentCloud();
        const adopted = { apiKey: "AK4NBR7MUYHVJMHW", apiSecret: "cfltADOPTED" };
        const { outputs } = await cloud.deploy(access({ adopt: { "aws.us-east-2": adopted } }));
        expect(outputs.keys["aws.us-east-2"]).toMatchObject(adopted);
        expect(cloud.apiKeys[0]?.secretInputs).toEqual(["adopt"]);
    });

    it("makes a key ready after all resources that do not depend on it, and sorts keys by name", async () => {
        const cloud = new MockConfluentCloud();
        await cloud.deploy(() => {
            const adopt = { "aws.us-east-2": { apiKey: "AK4NBR7MUYHVJMHW", apiSecret: "cfltADOPTED" } };
            const both = ["aws.us-east-2", "gcp.us-east1"];
            const { apiKeyIds } = new FlinkAccess("orders", {
                environmentId,
                regions: both,
                roles: [],
                adopt,
            });
            new Bucket("does-not-wait", { text: "no key" });
            new Bucket("waits", { text: apiKeyIds["gcp.us-east1"] });
        });
        const names = cloud.resources.map(({ name }) => name);
        expect(names.indexOf("does-not-wait")).toBeLessThan(names.indexOf("orders-gcp.us-east1"));
        expect(names.indexOf("waits")).toBeGreaterThan(names.indexOf("orders-gcp.us-east1"));
        expect(cloud.apiKeys.map(({ cloud: provider }) => provider)).toEqual(["aws", "gcp"]);
    });

    it("uses the test's fake clock", async () => {
        jest.useFakeTimers({ now: Date.parse("2026-11-23T12:00:00Z") });
        try {
            const rotation = { every: "90d", anchor: "2026-08-01", stagger: "0s" };
            const { outputs } = await new MockConfluentCloud().deploy(access({ rotation }));
            expect(outputs.keys["aws.us-east-2"].rotatesAt).toBe("2027-01-28T00:00:00.000Z");
        } finally {
            jest.useRealTimers();
        }
    });

    it("reads config by full keys, including objects", async () => {
        const { outputs } = await new MockConfluentCloud().deploy(
            () => ({
                project: pulumi.getProject(),
                environmentId: new pulumi.Config().require("environmentId"),
                regions: new pulumi.Config().requireObject("regions"),
            }),
            { project: "shop", config: { "shop:environmentId": environmentId, "shop:regions": regions } },
        );
        expect(outputs).toEqual({ project: "shop", environmentId, regions });
    });

    it("leaves everything unknown in a preview that only Confluent Cloud knows", async () => {
        const cloud = new MockConfluentCloud();
        const { outputs } = await cloud.deploy(access(), { preview: true });
        expect(outputs.principalId).toBeUndefined();
        expect(outputs.keys["aws.us-east-2"].apiKey).toBeUndefined();
        expect(cloud.apiKeys).toHaveLength(1);
    });

    it.each([
        [
            "an environment that does not exist",
            { environments: ["env-def456"] },
            {},
            'FlinkAccess "orders": environmentId: got "env-abc123", expected an environment that exists',
        ],
        [
            "a region where Flink does not run",
            { regions: ["gcp.us-east1"] },
            {},
            'FlinkAccess "orders": regions[0]: got "aws.us-east-2", expected a region where Confluent Cloud runs Flink',
        ],
        [
            "a user that does not exist",
            { users: ["u-111aaa"] },
            { principal: { userId: "u-999zzz" } },
            'FlinkAccess "orders": principal.userId: got "u-999zzz", expected a user',
        ],
        [
            "a service account that does not exist",
            { serviceAccounts: [] },
            { principal: { serviceAccountId: "sa-999zzz" } },
            'FlinkAccess "orders": principal.serviceAccountId: got "sa-999zzz", expected a service account',
        ],
        [
            "an invalid argument",
            {},
            { regions: ["ibm.us-east"] },
            'FlinkAccess "orders": regions[0]: got "ibm.us-east", expected a cloud and region',
        ],
    ])(
        "rejects with the program's own message for %s, and creates nothing",
        async (_what, exists, args, message) => {
            const cloud = new MockConfluentCloud(exists);
            await expect(cloud.deploy(access(args))).rejects.toThrow(message);
            expect([...cloud.serviceAccounts, ...cloud.apiKeys]).toEqual([]);
        },
    );

    it("rejects with an error that the program or one of its outputs throws", async () => {
        const cloud = new MockConfluentCloud();
        const fails = (): never => {
            throw new Error("no such team");
        };
        await expect(cloud.deploy(fails)).rejects.toThrow("no such team");
        await expect(cloud.deploy(() => ({ team: pulumi.output(1).apply(fails) }))).rejects.toThrow(
            "no such team",
        );
        await expect(cloud.deploy(() => void pulumi.output(1).apply(fails))).rejects.toThrow("no such team");
    });
});

describe("MockConfluentCloud with several organizations", () => {
    const organizations = [
        {
            id: "1111aaaa-0000-4000-8000-000000000000",
            environments: [environmentId],
            cloudApiKey: "ONEONEONEONEONE1",
        },
        {
            id: "2222bbbb-0000-4000-8000-000000000000",
            environments: ["env-def456"],
            cloudApiKey: "TWOTWOTWOTWOTWO2",
        },
    ];
    const at = (cloudApiKey: string, environment: string) => () => {
        const provider = new confluentcloud.Provider("organization", { cloudApiKey, cloudApiSecret: "s" });
        new FlinkAccess(
            "orders",
            {
                environmentId: environment,
                regions,
                roles: ["OrganizationAdmin"],
            },
            { provider },
        );
    };

    it("grants roles in the organization of the environment", async () => {
        const cloud = new MockConfluentCloud({ organizations });
        await cloud.deploy(
            access({
                environmentId: "env-def456",
                roles: ["OrganizationAdmin"],
            }),
        );
        expect(cloud.roleBindings[0]?.crnPattern).toBe(
            "crn://confluent.cloud/organization=2222bbbb-0000-4000-8000-000000000000",
        );
    });

    it("lets an explicit provider see only the organization of its Cloud API key", async () => {
        const cloud = new MockConfluentCloud({ organizations });
        await cloud.deploy(at("TWOTWOTWOTWOTWO2", "env-def456"));
        expect(cloud.roleBindings[0]?.crnPattern).toContain("2222bbbb");
        await expect(cloud.deploy(at("ONEONEONEONEONE1", "env-def456"))).rejects.toThrow('got "env-def456"');
        const config = { "confluentcloud:cloudApiKey": "ONEONEONEONEONE1" };
        await expect(cloud.deploy(access({ environmentId: "env-def456" }), { config })).rejects.toThrow(
            'got "env-def456"',
        );
    });

    it("refuses settings that contradict each other", () => {
        expect(() => new MockConfluentCloud({ organizations, environments: [] })).toThrow(
            "expected one of the two",
        );
        expect(() => new MockConfluentCloud({ organizations: [] })).toThrow("expected at least one");
    });
});

describe("MockConfluentCloud in pulumi.runtime.setMocks", () => {
    it("answers for other stacks, and passes everything else to the mocks in others", async () => {
        const cloud = new MockConfluentCloud({
            stackOutputs: { "org/base/prod": { principalId: "sa-999zzz" } },
            others: {
                newResource: ({ name, inputs }) => ({
                    id: `arn:${name}`,
                    state: { ...inputs, arn: `arn:${name}` },
                }),
            },
        });
        await pulumi.runtime.setMocks(cloud, "shop", "prod");
        const { principalId } = new FlinkAccess("orders", {
            environmentId,
            regions,
            principal: { stack: "org/base/prod" },
            roles: [],
        });
        const bucket = new Bucket("b", {});
        await pulumi.runtime.disconnect();
        expect(await value(principalId)).toBe("sa-999zzz");
        expect(await value(bucket.arn)).toBe("arn:b");
        expect(cloud.apiKeys[0]?.owner).toBe("sa-999zzz");
    });

    it("accepts a FlinkApiKey without FlinkAccess, with the endpoint from its readiness", async () => {
        const cloud = new MockConfluentCloud();
        const { outputs } = await cloud.deploy(() => {
            const { restEndpoint } = new FlinkApiKey("k", {
                owner: "sa-111aaa",
                environmentId,
                cloud: "aws",
                region: "us-east-2",
                readiness: { restEndpoint: "https://flink.example.com" },
            });
            return { restEndpoint };
        });
        expect(outputs.restEndpoint).toBe("https://flink.example.com");
        expect(cloud.lookUps).toEqual([]);
    });

    it("accepts a global FlinkApiKey, with an endpoint for each of its regions", async () => {
        const cloud = new MockConfluentCloud();
        const program = () => {
            const { scope, restEndpoints, apiKey } = new FlinkApiKey("k", {
                owner: "sa-111aaa",
                environmentId,
                scope: "global",
                regions: ["aws.us-east-2", "gcp.us-east1"],
                readiness: { restEndpoint: { "gcp.us-east1": "https://flink.example.com" } },
            });
            return { scope, restEndpoints, apiKey };
        };
        const { outputs } = await cloud.deploy(program);
        expect(outputs).toEqual({
            scope: "global",
            restEndpoints: {
                "aws.us-east-2": "https://flink.us-east-2.aws.confluent.cloud",
                "gcp.us-east1": "https://flink.example.com",
            },
            apiKey: cloud.apiKeys[0]?.apiKey,
        });
        expect(cloud.apiKeys).toMatchObject([{ id: "sa-111aaa/global", scope: "global" }]);
        const preview = await cloud.deploy(program, { preview: true });
        expect(preview.outputs.apiKey).toBeUndefined();
    });
});

function value<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply(resolve));
}
