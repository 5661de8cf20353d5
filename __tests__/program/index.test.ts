// The whole program with mocks: from stack config to outputs. Not proven here: the inputs of the declared resources
// (__tests__/components), and how an engine shows an error (__tests__/engine).
import * as pulumi from "@pulumi/pulumi";
import { MockConfluentCloud } from "../../testing";

// It compares the files of a build, which these tests do not use, and has its own tests.
jest.mock("../../program/assertFreshBuild", () => ({ assertFreshBuild: () => undefined }));

// Loading the SDK may take long on a busy machine.
jest.setTimeout(30_000);

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";

const cloud = new MockConfluentCloud();
const surroundings = { ...process.env };

beforeEach(() => {
    process.env.CONFLUENT_CLOUD_API_KEY = "AAAABBBBCCCCDDDD";
    process.env.CONFLUENT_CLOUD_API_SECRET = sentinel;
    // The program runs when it is loaded, so each test loads it anew.
    jest.resetModules();
    cloud.clear();
});

// Once for the file: a component registers its outputs after its children, when the test that made it may be over.
// The SDK keeps mocks and config for the process, so that each load of the program finds them.
beforeAll(async () => {
    await pulumi.runtime.setMocks(cloud, "confluent-flink", "dev");
});

afterEach(() => {
    process.env = { ...surroundings };
});

function load(config: Record<string, string>): Record<string, unknown> {
    pulumi.runtime.setAllConfig({
        "confluent-flink:environmentId": "env-abc123",
        "confluent-flink:regions": '["aws.us-east-2","gcp.us-east1"]',
        "confluent-flink:roles": '["FlinkDeveloper"]',
        ...config,
    });
    return require("../../index");
}

/** What the program exports, once the last of its resources is there. */
async function deploy(config: Record<string, string>): Promise<Record<string, unknown>> {
    const exported = load(config);
    await resolved(exported.environmentVariables);
    return exported;
}

function resolved<T>(output: unknown): Promise<T> {
    return new Promise((resolve) => (output as pulumi.Output<T>).apply(resolve));
}

describe("the program", () => {
    it("exports the owner with both names, the keys by region, the clients' variables and the stack's README", async () => {
        const exported = await deploy({});
        expect(Object.keys(exported).sort()).toEqual([
            "PRINCIPAL_ID",
            "apiKeyIds",
            "environmentVariables",
            "keys",
            "principalId",
            "readme",
            "restEndpoints",
            "scopes",
        ]);
        expect(await resolved(exported.principalId)).toBe(cloud.serviceAccounts[0]?.id);
        expect(await resolved(exported.PRINCIPAL_ID)).toBe(cloud.serviceAccounts[0]?.id);

        const keys = await resolved<Record<string, Record<string, unknown>>>(exported.keys);
        expect(Object.keys(keys)).toEqual(["aws.us-east-2", "gcp.us-east1"]);
        expect(Object.keys(keys["aws.us-east-2"] ?? {})).toEqual(
            expect.arrayContaining(["apiKey", "apiSecret", "scope", "restEndpoint", "createdAt", "status"]),
        );
        const environment = await resolved<Record<string, unknown>>(exported.environmentVariables);
        expect(Object.keys(environment)).toEqual(["aws.us-east-2", "gcp.us-east1"]);
        expect(environment["gcp.us-east1"]).toMatchObject({
            FLINK_API_SECRET: cloud.apiKeys[1]?.apiSecret,
            FLINK_PRINCIPAL_ID: cloud.serviceAccounts[0]?.id,
            CLOUD_PROVIDER: "gcp",
            CLOUD_REGION: "us-east1",
        });
    });

    it("declares one FlinkAccess with the values in the config", async () => {
        const exported = await deploy({ "confluent-flink:principal": '{"serviceAccountId":"sa-111aaa"}' });
        expect(await resolved(exported.principalId)).toBe("sa-111aaa");
        expect(cloud.resources.map(({ name }) => name)).toContain("flink");
        expect(cloud.serviceAccounts).toEqual([]);
    });

    it("stops with one line if the config is invalid, and declares nothing", () => {
        let thrown: unknown;
        try {
            load({ "confluent-flink:regions": '["ibm.us-east"]' });
        } catch (error) {
            thrown = error;
        }
        expect(pulumi.RunError.isInstance(thrown)).toBe(true);
        expect((thrown as Error).message).toMatch(
            /^confluent-flink:regions\[0\]: got "ibm\.us-east", expected .*$/,
        );
        expect(cloud.resources).toEqual([]);
    });

    it("stops without credentials, and declares nothing", () => {
        delete process.env.CONFLUENT_CLOUD_API_SECRET;
        expect(() => load({})).toThrow(
            "confluentcloud:cloudApiSecret: got nothing, expected a Cloud API key and its secret",
        );
        expect(cloud.resources).toEqual([]);
    });
});
