// The resource graph under Pulumi's mocks: which resources, with which inputs, parents, dependencies and secrecy.
// Not proven here: what the engine stores and encrypts, and anything the provider process does.
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, type FlinkAccessArgs, FlinkApiKey, rolePresets } from "../../components";
import { providerLine } from "../../components/flinkApiKey";
import { MockConfluentCloud, type MockedResource } from "../../testing";

const organizationId = "1111aaaa-0000-4000-8000-000000000000";
const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";

const cloud = new MockConfluentCloud({ organizations: [{ id: organizationId }] });
let warnings: string[];

beforeEach(() => {
    warnings = [];
    jest.spyOn(pulumi.log, "warn").mockImplementation(async (text) => void warnings.push(text));
    cloud.clear();
});

afterEach(() => jest.restoreAllMocks());

// Once for the file: a component registers its outputs after its children, when the test that made it may be over.
beforeAll(() => pulumi.runtime.setMocks(cloud, "confluent-flink", "dev"));

async function declare(args: Partial<FlinkAccessArgs> = {}, name = "analytics"): Promise<FlinkAccess> {
    const access = new FlinkAccess(name, {
        environmentId: "env-abc123",
        regions: ["aws.us-east-2"],
        ...args,
    });
    await Promise.all([...childrenOf(access)].map(({ urn }) => resolved(urn)));
    return access;
}

function childrenOf(access: FlinkAccess): pulumi.Resource[] {
    const account = access.serviceAccount ? [access.serviceAccount] : [];
    return [...account, ...access.roleBindings, ...Object.values(access.keyResources)];
}

function ofType(suffix: string): MockedResource[] {
    return cloud.resources.filter(({ type }) => type.endsWith(`:${suffix}`));
}

function resolved<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply(resolve));
}

describe("FlinkAccess", () => {
    it("declares a service account, its OrganizationAdmin binding and one key for each region", async () => {
        await declare({ regions: ["aws.us-east-2", "gcp.us-east1"] });
        expect(cloud.resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
            "confluent-flink:index:FlinkAccess analytics",
            "confluentcloud:index/roleBinding:RoleBinding analytics-OrganizationAdmin",
            "confluentcloud:index/serviceAccount:ServiceAccount analytics-account",
            "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey analytics-aws.us-east-2",
            "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey analytics-gcp.us-east1",
        ]);
    });

    it("names the service account after project, stack and component, because names are unique in an organization", async () => {
        await declare();
        expect(ofType("ServiceAccount")[0]?.inputs).toEqual({
            displayName: "confluent-flink-dev-analytics",
            description: "Runs Flink statements. Pulumi confluent-flink/dev",
        });
    });

    it("binds the role at the organization that the environment belongs to, without the official provider's wait", async () => {
        await declare();
        expect(ofType("RoleBinding")[0]?.inputs).toEqual({
            principal: `User:${cloud.serviceAccounts[0]?.id}`,
            roleName: "OrganizationAdmin",
            crnPattern: `crn://confluent.cloud/organization=${organizationId}`,
            disableWaitForReady: true,
        });
    });

    it("binds each role of a list at its natural scope", async () => {
        await declare({ roles: ["OrganizationAdmin", "EnvironmentAdmin", "FlinkAdmin", "FlinkDeveloper"] });
        const organization = `crn://confluent.cloud/organization=${organizationId}`;
        expect(ofType("RoleBinding").map(({ inputs }) => [inputs.roleName, inputs.crnPattern])).toEqual([
            ["OrganizationAdmin", organization],
            ["EnvironmentAdmin", `${organization}/environment=env-abc123`],
            ["FlinkAdmin", `${organization}/environment=env-abc123`],
            ["FlinkDeveloper", `${organization}/environment=env-abc123`],
        ]);
    });

    it("warns of a default role that nobody wrote, and of no role that somebody wrote", async () => {
        await declare();
        expect(warnings).toEqual([
            expect.stringMatching(
                /^roles: got nothing, so .*OrganizationAdmin.*roles: \["FlinkDeveloper"\], or rolePresets\.statementRunner.*write roles: \["OrganizationAdmin"\]\.$/,
            ),
        ]);
        const existing = { principal: { userId: "u-333ccc" } };
        await declare({ roles: ["OrganizationAdmin"] }, "written");
        await declare({ ...existing, roles: rolePresets.organizationAdmin() }, "existing");
        await declare({ roles: [] }, "none");
        expect(warnings).toHaveLength(1);
    });

    it("grants a statement runner what statements need and no more", async () => {
        await declare({
            roles: rolePresets.statementRunner({
                kafkaClusterIds: ["lkc-abc123"],
                topics: { read: ["orders*"], write: ["totals"] },
                schemaRegistryId: "lsrc-abc123",
                subjects: ["totals-value"],
            }),
        });
        const environment = `crn://confluent.cloud/organization=${organizationId}/environment=env-abc123`;
        const cluster = `${environment}/cloud-cluster=lkc-abc123/kafka=lkc-abc123`;
        const registry = `${environment}/schema-registry=lsrc-abc123`;
        expect(ofType("RoleBinding").map(({ inputs }) => [inputs.roleName, inputs.crnPattern])).toEqual([
            ["FlinkDeveloper", environment],
            ["DeveloperRead", `${cluster}/transactional-id=_confluent-flink_*`],
            ["DeveloperWrite", `${cluster}/transactional-id=_confluent-flink_*`],
            ["DeveloperRead", `${cluster}/topic=orders*`],
            ["DeveloperWrite", `${cluster}/topic=totals`],
            ["DeveloperRead", `${registry}/subject=totals-value`],
            ["DeveloperWrite", `${registry}/subject=totals-value`],
        ]);
        expect(new Set(ofType("RoleBinding").map(({ name }) => name)).size).toBe(7);
    });

    it("lets an assigner run statements as another account", async () => {
        await declare({ roles: rolePresets.assigner({ serviceAccountId: "sa-999zzz" }) });
        const organization = `crn://confluent.cloud/organization=${organizationId}`;
        expect(ofType("RoleBinding").map(({ inputs }) => [inputs.roleName, inputs.crnPattern])).toEqual([
            ["FlinkDeveloper", `${organization}/environment=env-abc123`],
            ["Assigner", `${organization}/service-account=sa-999zzz`],
        ]);
    });

    it("binds any other role at the scope given, and a role that two presets share once", async () => {
        const pool = `crn://confluent.cloud/organization=${organizationId}/environment=env-abc123/flink-region=aws.us-east-2/compute-pool=lfcp-abc123`;
        await declare({
            roles: [
                { roleName: "FlinkDeveloper", crnPattern: pool },
                rolePresets.flinkDeveloper(),
                rolePresets.assigner({ serviceAccountId: "sa-999zzz" }),
            ],
        });
        expect(ofType("RoleBinding").map(({ name }) => name)).toEqual([
            "analytics-FlinkDeveloper-env-abc123-aws.us-east-2-compute-pool-lfcp-abc123",
            "analytics-FlinkDeveloper",
            "analytics-Assigner-sa-999zzz",
        ]);
        expect(ofType("RoleBinding")[0]?.inputs.crnPattern).toBe(pool);
    });

    it("hands each key the start of its window and the overlap, and says when it rotates", async () => {
        jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-11-23T12:00:00Z"));
        const access = await declare({
            rotation: { every: "90d", overlap: "3d", anchor: "2026-08-01", stagger: "0s" },
        });
        jest.restoreAllMocks();
        const inputs = ofType("FlinkApiKey")[0]?.inputs;
        expect(inputs).toMatchObject({ rotationTrigger: "2026-10-30", overlap: "3d" });
        expect(access.keys["aws.us-east-2"]?.rotatesAt).toBe("2027-01-28T00:00:00.000Z");
        expect(await resolved(access.keys["aws.us-east-2"]?.superseded ?? pulumi.output([]))).toEqual([]);
    });

    it("declares no binding for an empty list of roles", async () => {
        await declare({ roles: [] });
        expect(ofType("RoleBinding")).toHaveLength(0);
        expect(ofType("FlinkApiKey")).toHaveLength(1);
    });

    it("hands each key its owner, scope, description, tag and the provider line", async () => {
        await declare({ readiness: { timeout: "90s" } });
        const inputs = ofType("FlinkApiKey")[0]?.inputs ?? {};
        expect(inputs).toEqual({
            owner: cloud.serviceAccounts[0]?.id,
            environmentId: "env-abc123",
            cloud: "aws",
            region: "us-east-2",
            displayName: "analytics-aws.us-east-2",
            description: "Pulumi confluent-flink/dev",
            tag: expect.stringMatching(/^pcf-[0-9a-f]{16}$/),
            readiness: { timeout: "90s" },
            __provider: providerLine,
        });
    });

    it("puts every child below the component", async () => {
        const access = await declare();
        const urns = await Promise.all(childrenOf(access).map(({ urn }) => resolved(urn)));
        expect(urns).toHaveLength(3);
        for (const urn of urns) expect(urn).toContain("::confluent-flink:index:FlinkAccess$");
    });

    it("gives the outputs of every region, with only the secret a secret", async () => {
        const access = await declare({ regions: ["env-abc123.AWS.us-east-2"] });
        const key = access.keys["aws.us-east-2"];
        if (!key) throw new Error("no key");
        expect(await resolved(key.apiKey)).toBe(cloud.apiKeys[0]?.apiKey);
        expect(await resolved(key.scope)).toBe("env-abc123.aws.us-east-2");
        expect(await resolved(key.restEndpoint)).toBe("https://flink.us-east-2.aws.confluent.cloud");
        expect(await resolved(key.createdAt)).toBe("2026-01-01T00:00:00Z");
        expect(await resolved(key.status)).toBe("ready");
        expect(await pulumi.isSecret(key.apiKey)).toBe(false);
        expect(await resolved(access.principalId)).toBe(cloud.serviceAccounts[0]?.id);
    });

    it("hands each region its own key to adopt, as a secret, and none to the others", async () => {
        const adopted = { apiKey: "AK4NBR7MUYHVJMHW", apiSecret: sentinel };
        await declare({
            regions: ["aws.us-east-2", "gcp.us-east1"],
            adopt: { "env-abc123.AWS.us-east-2": adopted },
        });
        const [aws, gcp] = cloud.apiKeys;
        expect([aws?.cloud, aws?.inputs.adopt, aws?.secretInputs]).toEqual(["aws", adopted, ["adopt"]]);
        expect([gcp?.cloud, gcp?.inputs.adopt, gcp?.secretInputs]).toEqual(["gcp", undefined, []]);
    });

    it("gives the variables that Confluent's clients read, secret as a whole", async () => {
        const access = await declare();
        const environment = access.environmentVariables["aws.us-east-2"];
        if (!environment) throw new Error("no environment");
        expect(await resolved(environment)).toEqual({
            FLINK_API_KEY: cloud.apiKeys[0]?.apiKey,
            FLINK_API_SECRET: cloud.apiKeys[0]?.apiSecret,
            FLINK_REST_ENDPOINT: "https://flink.us-east-2.aws.confluent.cloud",
            CONFLUENT_ORGANIZATION_ID: organizationId,
            CONFLUENT_ENVIRONMENT_ID: "env-abc123",
            FLINK_PRINCIPAL_ID: cloud.serviceAccounts[0]?.id,
            CLOUD_PROVIDER: "aws",
            CLOUD_REGION: "us-east-2",
        });
        expect(await pulumi.isSecret(environment)).toBe(true);
    });

    it("uses a user that exists and makes no service account", async () => {
        const access = await declare({ principal: { userId: "u-111aaa" }, roles: ["FlinkDeveloper"] });
        expect(ofType("ServiceAccount")).toHaveLength(0);
        expect(access.serviceAccount).toBeUndefined();
        expect(ofType("RoleBinding")[0]?.inputs.principal).toBe("User:u-111aaa");
        expect(ofType("FlinkApiKey")[0]?.inputs.owner).toBe("u-111aaa");
        expect(cloud.lookUps.map(({ token }) => token)).toContain("confluentcloud:index/getUser:getUser");
    });

    it("uses a service account that exists and makes none", async () => {
        await declare({ principal: { serviceAccountId: "sa-999zzz" }, roles: [] });
        expect(ofType("ServiceAccount")).toHaveLength(0);
        expect(ofType("FlinkApiKey")[0]?.inputs.owner).toBe("sa-999zzz");
    });

    it("names a new service account as told", async () => {
        await declare({ principal: { displayName: "flink-prod", description: "Ours" } });
        expect(ofType("ServiceAccount")[0]?.inputs).toEqual({
            displayName: "flink-prod",
            description: "Ours",
        });
    });

    it("asks Confluent Cloud for environment and regions before anything is made", async () => {
        await declare({ regions: ["aws.us-east-2", "gcp.us-east1"] });
        expect(cloud.lookUps).toEqual(
            expect.arrayContaining([
                { token: "confluentcloud:index/getEnvironment:getEnvironment", inputs: { id: "env-abc123" } },
                {
                    token: "confluentcloud:index/getFlinkRegion:getFlinkRegion",
                    inputs: { cloud: "AWS", region: "us-east-2" },
                },
                {
                    token: "confluentcloud:index/getFlinkRegion:getFlinkRegion",
                    inputs: { cloud: "GCP", region: "us-east1" },
                },
            ]),
        );
        expect(cloud.lookUps).toHaveLength(3);
    });

    it.each<[string, Partial<FlinkAccessArgs>, string]>([
        [
            "no environment",
            { environmentId: undefined as never },
            "environmentId: got nothing, expected an environment id",
        ],
        [
            "an empty environment",
            { environmentId: "" },
            "environmentId: got nothing, expected an environment id",
        ],
        [
            "no service account",
            { principal: { serviceAccountId: undefined as never }, roles: [] },
            "principal.serviceAccountId: got nothing, expected",
        ],
        ["no user", { principal: { userId: "" }, roles: [] }, "principal.userId: got nothing, expected"],
        ["no stack", { principal: { stack: "" }, roles: [] }, "principal.stack: got nothing, expected"],
        ["no regions", { regions: undefined as never }, "regions: got nothing, expected a list of regions"],
        [
            "a role without a scope",
            { roles: [{ roleName: "Operator" } as never] },
            "roles[0]: got an object with the fields roleName, expected",
        ],
        ["no list", { regions: "none" as never }, 'regions: got "none", expected a list of regions'],
        [
            "an unknown cloud",
            { regions: ["ibm.us-east"] },
            'regions[0]: got "ibm.us-east", expected a cloud and region',
        ],
        ["no cloud", { regions: ["us-east-2"] }, 'regions[0]: got "us-east-2", expected a cloud and region'],
        [
            "a region twice, in two spellings",
            { regions: ["aws.us-east-2", "env-abc123.AWS.us-east-2"] },
            'regions[1]: got "env-abc123.AWS.us-east-2", which regions[0] names already',
        ],
        [
            "an unknown role",
            { roles: ["FlinkSuperuser" as never] },
            'roles[0]: got "FlinkSuperuser", expected one of',
        ],
        ["a rotation that outruns its overlap", { rotation: { every: "5d" } }, 'rotation.overlap: got "7d"'],
        [
            "a role at no scope",
            { roles: [{ roleName: "Operator", crnPattern: "env-abc123" }] },
            "roles[0].crnPattern",
        ],
        ["a role twice", { roles: ["FlinkAdmin", "FlinkAdmin"] }, 'roles[1]: got "FlinkAdmin" a second time'],
        [
            "a key to adopt for a region that is not declared",
            { adopt: { "aws.us-east-9": { apiKey: "AK4NBR7MUYHVJMHW", apiSecret: sentinel } } },
            'adopt: got a key for "aws.us-east-9", expected one of regions: aws.us-east-2',
        ],
    ])("refuses %s and declares nothing below itself", async (_what, args, message) => {
        await expect(declare(args)).rejects.toThrow(`FlinkAccess "analytics": ${message}`);
        expect(cloud.resources.filter(({ type }) => !type.endsWith(":FlinkAccess"))).toEqual([]);
    });
});

describe("FlinkAccess with keyScope global", () => {
    const regions = ["aws.us-east-2", "gcp.us-east1"];
    const endpoints = {
        "aws.us-east-2": "https://flink.us-east-2.aws.confluent.cloud",
        "gcp.us-east1": "https://flink.us-east1.gcp.confluent.cloud",
    };

    it("declares one key, which every region gets with its own endpoint", async () => {
        const access = await declare({ regions, keyScope: "global" });
        expect(cloud.apiKeys).toMatchObject([
            {
                name: "analytics-global",
                scope: "global",
                inputs: {
                    scope: "global",
                    regions,
                    displayName: "analytics-global",
                    environmentId: "env-abc123",
                },
            },
        ]);
        expect(cloud.apiKeys[0]?.inputs).not.toHaveProperty("region");
        const { keys, apiKeyIds, restEndpoints, scopes, keyResources } = access;
        const [aws, gcp] = [keys["aws.us-east-2"], keys["gcp.us-east1"]];
        const id = cloud.apiKeys[0]?.apiKey;
        expect(await resolved(pulumi.output([aws?.apiKey, gcp?.apiKey]))).toEqual([id, id]);
        expect(await resolved(pulumi.output([aws?.apiSecret, gcp?.apiSecret]))).toEqual(
            Array(2).fill(cloud.apiKeys[0]?.apiSecret),
        );
        expect(await resolved(pulumi.output(restEndpoints))).toEqual(endpoints);
        expect(await resolved(pulumi.output(apiKeyIds))).toEqual(
            Object.fromEntries(regions.map((one) => [one, id])),
        );
        expect(await resolved(pulumi.output(scopes))).toEqual(
            Object.fromEntries(regions.map((one) => [one, "global"])),
        );
        expect(keyResources["aws.us-east-2"]).toBe(keyResources["gcp.us-east1"]);
        const environment = access.environmentVariables["gcp.us-east1"];
        expect(await resolved(pulumi.output(environment))).toMatchObject({
            FLINK_API_KEY: id,
            FLINK_REST_ENDPOINT: endpoints["gcp.us-east1"],
            CLOUD_PROVIDER: "gcp",
            CLOUD_REGION: "us-east1",
        });
        expect(await pulumi.isSecret(pulumi.output(environment))).toBe(true);
        expect(await pulumi.isSecret(pulumi.output(restEndpoints))).toBe(false);
    });

    it("rotates the one key in one window", async () => {
        const { keys } = await declare({
            regions,
            keyScope: "global",
            rotation: { every: "90d", overlap: "3d" },
        });
        const [key, ...others] = cloud.apiKeys;
        expect(others).toEqual([]);
        expect(key?.inputs).toMatchObject({
            overlap: "3d",
            rotationTrigger: expect.stringMatching(/^\d{4}-\d\d-\d\d/),
        });
        expect(keys["aws.us-east-2"]?.rotatesAt).toMatch(/^\d{4}-/);
        expect(keys["aws.us-east-2"]?.rotatesAt).toBe(keys["gcp.us-east1"]?.rotatesAt);
    });

    it("takes over a global key as a secret, and refuses one for a region", async () => {
        const adopted = { apiKey: "AK4NBR7MUYHVJMHW", apiSecret: sentinel };
        await declare({ regions, keyScope: "global", adopt: { global: adopted } });
        expect(cloud.apiKeys.map(({ inputs, secretInputs }) => [inputs.adopt, secretInputs])).toEqual([
            [adopted, ["adopt"]],
        ]);
        await expect(
            declare({ regions, keyScope: "global", adopt: { "aws.us-east-2": adopted } }, "other"),
        ).rejects.toThrow(
            'FlinkAccess "other": adopt: got a key for "aws.us-east-2", expected { global: { apiKey, apiSecret } }, because keyScope is "global"',
        );
        await expect(declare({ regions, adopt: { global: adopted } }, "third")).rejects.toThrow(
            /FlinkAccess "third": adopt/,
        );
    });

    it("tries each region at the endpoint that is set for it", async () => {
        const own = "https://flink.example.com";
        const access = await declare({
            regions,
            keyScope: "global",
            readiness: { timeout: "2m", restEndpoint: { "gcp.us-east1": own } },
        });
        expect(cloud.apiKeys[0]?.inputs.readiness).toEqual({
            timeout: "2m",
            restEndpoint: { "gcp.us-east1": own },
        });
        expect(await resolved(pulumi.output(access.restEndpoints))).toEqual({
            ...endpoints,
            "gcp.us-east1": own,
        });
        await declare({ regions, keyScope: "global", readiness: { restEndpoint: own } }, "all");
        const all = cloud.apiKeys.find(({ name }) => name === "all-global");
        expect(all?.inputs.readiness).toEqual({
            restEndpoint: { "aws.us-east-2": own, "gcp.us-east1": own },
        });
    });

    it("serves a region that is an output, under the name given to it", async () => {
        const pool = {
            name: "pool",
            cloud: pulumi.output(Promise.resolve("GCP")),
            region: pulumi.output(Promise.resolve("us-east1")),
        };
        const own = "https://flink.example.com";
        const access = await declare({
            regions: ["aws.us-east-2", pool],
            keyScope: "global",
            readiness: { restEndpoint: { pool: own } },
        });
        expect(cloud.apiKeys).toMatchObject([
            {
                name: "analytics-global",
                inputs: { regions, readiness: { restEndpoint: { "gcp.us-east1": own } } },
            },
        ]);
        expect(await resolved(pulumi.output(access.keys.pool?.restEndpoint))).toBe(own);
        expect(await resolved(pulumi.output(access.environmentVariables.pool))).toMatchObject({
            CLOUD_PROVIDER: "gcp",
            CLOUD_REGION: "us-east1",
        });
    });

    it("declares no key without regions", async () => {
        const access = await declare({ regions: [], keyScope: "global" });
        expect(cloud.apiKeys).toEqual([]);
        expect(access.keys).toEqual({});
    });

    it("gives a region's statements the global key and the region's endpoint", async () => {
        const access = await declare({ regions, keyScope: "global" });
        const provider = access.flinkProvider("gcp.us-east1", { computePoolId: "lfcp-abc123" });
        expect(await resolved(provider.flinkApiKey)).toBe(cloud.apiKeys[0]?.apiKey);
        expect(await resolved(provider.flinkRestEndpoint)).toBe(endpoints["gcp.us-east1"]);
    });
});

describe("FlinkApiKey", () => {
    async function tagOf(key: FlinkApiKey): Promise<unknown> {
        await resolved(key.urn);
        return ofType("FlinkApiKey").at(-1)?.inputs.tag;
    }

    const args = { owner: "sa-111aaa", environmentId: "env-abc123", cloud: "aws", region: "us-east-2" };

    it("carries a tag of its own: the same in every run, another for another name or parent", async () => {
        const parent = new pulumi.ComponentResource("x:y:Z", "parent");
        const [first, again, other, below] = [
            await tagOf(new FlinkApiKey("a", args)),
            await tagOf(new FlinkApiKey("a", args)),
            await tagOf(new FlinkApiKey("b", args)),
            await tagOf(new FlinkApiKey("a", args, { parent })),
        ];
        expect(again).toBe(first);
        expect(new Set([first, other, below]).size).toBe(3);
    });

    it("keeps the given name and description", async () => {
        await tagOf(new FlinkApiKey("k", { ...args, displayName: "orders", description: "For orders" }));
        expect(ofType("FlinkApiKey")[0]?.inputs).toMatchObject({
            displayName: "orders",
            description: "For orders",
        });
    });

    it("has a provider line of at most 200 characters", () => {
        expect(providerLine.length).toBeLessThanOrEqual(200);
    });
});

describe("FlinkAccess.flinkProvider", () => {
    const providers = (): MockedResource[] =>
        cloud.resources.filter(({ type }) => type === "pulumi:providers:confluentcloud");

    it("gives the official provider all seven settings, and the same one for the same call", async () => {
        const access = await declare();
        const provider = access.flinkProvider("aws.us-east-2", { computePoolId: "lfcp-abc123" });
        expect(access.flinkProvider("AWS.us-east-2", { computePoolId: "lfcp-abc123" })).toBe(provider);
        await resolved(provider.urn);
        expect(providers()).toMatchObject([
            {
                name: "analytics-aws.us-east-2-statements",
                inputs: {
                    flinkRestEndpoint: "https://flink.us-east-2.aws.confluent.cloud",
                    flinkComputePoolId: "lfcp-abc123",
                    flinkPrincipalId: cloud.serviceAccounts[0]?.id,
                    organizationId,
                    environmentId: "env-abc123",
                },
            },
        ]);
        expect(await pulumi.isSecret(provider.flinkApiSecret)).toBe(true);
    });

    it("is replaced when the owner of the key changes, also if its statements run as another principal", async () => {
        const triggers: pulumi.Input<unknown>[] = [];
        const note: pulumi.ResourceTransformation = ({ type, opts }) => {
            const { replacementTrigger } = opts as { replacementTrigger?: pulumi.Input<unknown> };
            if (type === "pulumi:providers:confluentcloud") triggers.push(replacementTrigger);
            return undefined;
        };
        const access = new FlinkAccess(
            "owned",
            {
                environmentId: "env-abc123",
                regions: ["aws.us-east-2"],
                principal: { serviceAccountId: "sa-111aaa" },
                roles: [],
            },
            { transformations: [note] },
        );
        access.flinkProvider("aws.us-east-2", { computePoolId: "lfcp-abc123", principalId: "sa-222bbb" });
        expect(await Promise.all(triggers.map((trigger) => resolved(pulumi.output(trigger))))).toEqual([
            ["env-abc123.aws.us-east-2", "lfcp-abc123", "sa-222bbb", "sa-111aaa"],
        ]);
    });

    it("refuses a region without a key, and another compute pool without a name of its own", async () => {
        const access = await declare();
        access.flinkProvider("aws.us-east-2", { computePoolId: "lfcp-abc123" });
        expect(() => access.flinkProvider("gcp.us-east1", { computePoolId: "lfcp-abc123" })).toThrow(
            /got region "gcp.us-east1", expected one of regions: aws.us-east-2/,
        );
        expect(() => access.flinkProvider("aws.us-east-2", { computePoolId: "lfcp-other" })).toThrow(
            'FlinkAccess "analytics": flinkProvider("aws.us-east-2", …): computePoolId: got "lfcp-other", expected "lfcp-abc123" as before; or give this call a name of its own: { computePoolId, name: "backfill" }',
        );
        const asOther = { computePoolId: "lfcp-abc123", principalId: "sa-222bbb" };
        expect(() => access.flinkProvider("aws.us-east-2", asOther)).toThrow(
            'principalId: got "sa-222bbb", expected nothing as before',
        );
        const other = access.flinkProvider("aws.us-east-2", {
            computePoolId: "lfcp-other",
            name: "backfill",
        });
        await resolved(other.urn);
        expect(providers().map(({ name }) => name)).toContain("analytics-aws.us-east-2-backfill");
    });

    it("takes an output for the same where it is the same object, whatever it will hold", async () => {
        const access = await declare();
        const computePoolId = pulumi.interpolate`lfcp-${"abc123"}`;
        const provider = access.flinkProvider("aws.us-east-2", { computePoolId });
        expect(access.flinkProvider("aws.us-east-2", { computePoolId })).toBe(provider);
        for (const equal of ["lfcp-abc123", pulumi.interpolate`lfcp-${"abc123"}`])
            expect(() => access.flinkProvider("aws.us-east-2", { computePoolId: equal })).toThrow(
                "computePoolId: got another output than before, expected the same one (outputs are compared by identity, not by value): keep the provider, or the output, in a variable; or give this call a name of its own",
            );
        await resolved(provider.urn);
    });

    it("tells ids, endpoints and scopes by region in clear", async () => {
        const { apiKeyIds, restEndpoints, scopes } = await declare();
        const region = "aws.us-east-2";
        expect(
            await resolved(pulumi.output([apiKeyIds[region], restEndpoints[region], scopes[region]])),
        ).toEqual([
            cloud.apiKeys[0]?.apiKey,
            "https://flink.us-east-2.aws.confluent.cloud",
            "env-abc123.aws.us-east-2",
        ]);
        expect(await pulumi.isSecret(pulumi.output(apiKeyIds))).toBe(false);
    });
});
