// The program under a real Pulumi engine with the official provider, the emulator behind both: one stack from its first
// `up` to its `destroy`, each test a step that goes on from the one before. Not proven here: Confluent Cloud itself, and
// the rules of the key's life, which the provider layer has.
import type { StoredResource } from "../../demo/engineHome";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, keysInPlugin, liveKeys, PulumiProject, send, writes } from "./pulumiProject";

jest.setTimeout(120_000);

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
const stack = "life";
/** The stack, the access, an account, its role, two keys. FlinkAccess in the plugin gives its keys a provider with credentials. */
const resourceCount = keysInPlugin ? 7 : 6;

/** `writes` without the requests that say of new keys that they are handed out: their order among each other is open. */
function writesButMarks(emulator: Emulator): string[] {
    return writes(emulator).filter((write) => !write.startsWith("PATCH /iam/v2/api-keys/"));
}

describeWithEngine("a stack of FlinkAccess", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    function configure(config: Record<string, unknown>): void {
        project.configure(stack, { "confluent-flink:environmentId": "env-abc123", ...config });
    }

    beforeAll(async () => {
        emulator = await startEmulator({
            keyPropagation: { minMs: 300, maxMs: 300 },
            rolePropagation: { minMs: 600, maxMs: 600 },
            makeSecret: () => sentinel,
        });
        project = new PulumiProject(emulator);
        await project.init(stack);
    });

    beforeEach(() => emulator.journal.clear());

    afterAll(async () => {
        project?.remove();
        await emulator?.close();
    });

    it("creates its resources, and keys that the regions accept", async () => {
        configure({ "confluent-flink:regions": ["aws.us-east-2", "gcp.us-east1"] });
        const run = await project.do(stack, "up");
        expect(run.text).toContain(`+ ${resourceCount} created`);
        expect(run.text).not.toContain(sentinel);
        expect(writesButMarks(emulator)).toEqual([
            "POST /iam/v2/service-accounts 201",
            "POST /iam/v2/role-bindings 201",
            "POST /iam/v2/api-keys 202",
            "POST /iam/v2/api-keys 202",
        ]);
        const { environmentVariables, keys, principalId, PRINCIPAL_ID } = await project.outputs(stack);
        expect(PRINCIPAL_ID).toBe(principalId);
        for (const region of ["aws.us-east-2", "gcp.us-east1"]) {
            const variables = (environmentVariables as Record<string, Record<string, string>>)[region] ?? {};
            expect(variables).toEqual({
                FLINK_API_KEY: liveKeys(emulator)[region],
                FLINK_API_SECRET: sentinel,
                FLINK_REST_ENDPOINT: `${emulator.url}/flink/${region}`,
                CONFLUENT_ORGANIZATION_ID: emulator.organizationId,
                CONFLUENT_ENVIRONMENT_ID: "env-abc123",
                FLINK_PRINCIPAL_ID: principalId,
                CLOUD_PROVIDER: region.split(".")[0],
                CLOUD_REGION: region.split(".")[1],
            });
            expect((keys as Record<string, { status: string }>)[region]?.status).toBe("ready");
            const statements = `/sql/v1/organizations/${emulator.organizationId}/environments/env-abc123/statements`;
            const as = { apiKey: variables.FLINK_API_KEY ?? "", apiSecret: variables.FLINK_API_SECRET ?? "" };
            expect((await send(emulator, "GET", statements, { as })).status).toBe(200);
        }
    });

    it("stores the secrets encrypted, and nowhere in plain text", async () => {
        const exported = await project.export(stack);
        expect(exported).not.toContain(sentinel);
        expect(exported).not.toContain(emulator.cloudApiSecret);
        const keys = project.stored(stack, "FlinkApiKey");
        expect(keys).toHaveLength(2);
        for (const { outputs } of keys) {
            expect(outputs?.apiSecret).toEqual({
                // How the engine marks a secret: https://www.pulumi.com/docs/iac/concepts/secrets/
                "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
                ciphertext: expect.stringMatching(/^v1:/),
            });
        }
        expect(project.anyFileHolds(sentinel)).toBe(false);
        expect(project.anyFileHolds(emulator.cloudApiSecret)).toBe(false);

        // The size is part of the promise: the whole state is written at every step.
        const { resources } = JSON.parse(exported).deployment as { resources: StoredResource[] };
        for (const { inputs, outputs } of resources.filter(({ type }) => type.endsWith(":FlinkApiKey"))) {
            expect(JSON.stringify({ inputs, outputs }).length).toBeLessThanOrEqual(1_300);
            expect(outputs?.__provider).toBe(inputs?.__provider);
            if (keysInPlugin) expect(inputs).not.toHaveProperty("__provider");
            else expect(String(inputs?.__provider).length).toBeLessThanOrEqual(200);
        }
    });

    it("has nothing to do if nothing changed: preview and up only read", async () => {
        const preview = await project.run(stack, ["preview", "--expect-no-changes"]);
        expect(preview).toMatchObject({
            code: 0,
            text: expect.stringContaining(`${resourceCount} unchanged`),
        });
        const up = await project.do(stack, "up");
        expect(up.text).toContain(`${resourceCount} unchanged`);
        expect(writesButMarks(emulator)).toEqual([]);
    });

    it("finds no change in a refresh", async () => {
        const run = await project.do(stack, "refresh");
        expect(run.text).toContain(`${resourceCount} unchanged`);
        expect(writesButMarks(emulator)).toEqual([]);
    });

    it("adds one region and removes another without a change of the third", async () => {
        const before = liveKeys(emulator);
        configure({ "confluent-flink:regions": ["aws.us-east-2", "aws.us-east-1"] });
        const run = await project.do(stack, "up");
        expect(run.text).toMatch(
            new RegExp(`\\+ 1 created\\s+- 1 deleted\\s+.*${resourceCount - 1} unchanged`),
        );
        expect(Object.keys(liveKeys(emulator)).sort()).toEqual(["aws.us-east-1", "aws.us-east-2"]);
        expect(liveKeys(emulator)["aws.us-east-2"]).toBe(before["aws.us-east-2"]);
        expect(writesButMarks(emulator)).toEqual([
            "POST /iam/v2/api-keys 202",
            `DELETE /iam/v2/api-keys/${before["gcp.us-east1"]} 204`,
        ]);
    });

    it("moves to another owner, creates keys before it deletes the old ones, and deletes the account that it had created", async () => {
        const before = liveKeys(emulator);
        const { json } = await send(emulator, "POST", "/iam/v2/service-accounts", {
            body: { display_name: "made elsewhere" },
        });
        configure({
            "confluent-flink:regions": ["aws.us-east-2", "aws.us-east-1"],
            "confluent-flink:principal": { serviceAccountId: json.id },
            "confluent-flink:roles": ["OrganizationAdmin"],
        });
        emulator.journal.clear();
        await project.do(stack, "up");
        const [binding, first, second, ...deleted] = writesButMarks(emulator);
        expect([binding, first, second]).toEqual([
            "POST /iam/v2/role-bindings 201",
            "POST /iam/v2/api-keys 202",
            "POST /iam/v2/api-keys 202",
        ]);
        expect(deleted.slice(0, 2).sort()).toEqual(
            Object.values(before)
                .map((id) => `DELETE /iam/v2/api-keys/${id} 204`)
                .sort(),
        );
        expect(deleted.slice(2)).toEqual([
            expect.stringMatching(/^DELETE \/iam\/v2\/role-bindings\/rb-\w+ 20\d$/),
            expect.stringMatching(/^DELETE \/iam\/v2\/service-accounts\/sa-\w+ 204$/),
        ]);
    });

    it("leaves nothing behind when it is destroyed", async () => {
        await project.do(stack, "destroy");
        const { apiKeys, roleBindings, serviceAccounts, statements } = emulator.state();
        const left = [...apiKeys, ...roleBindings].filter(({ seeded }) => !seeded);
        expect(left).toEqual([]);
        expect(statements).toEqual([]);
        // That one was never the stack's to delete.
        expect(serviceAccounts.filter(({ seeded }) => !seeded)).toMatchObject([
            { displayName: "made elsewhere" },
        ]);
    });
});
