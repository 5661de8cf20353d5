import { type Emulator, type Quotas, startEmulator } from "../../emulator";
import { EmulatorClient, type Reply } from "./emulatorClient";

describe("quotas", () => {
    let emulator: Emulator;
    let client: EmulatorClient;

    async function start(quotas: Partial<Quotas>): Promise<void> {
        emulator = await startEmulator({ quotas });
        client = new EmulatorClient(emulator);
    }
    afterEach(() => emulator.close());

    function expectExceeded(reply: Reply, status: number, code: string): void {
        expect([reply.status, reply.body.errors[0].code]).toEqual([status, "quota_exceeded"]);
        expect(reply.body.errors[0].detail).toContain(code);
    }

    it("returns 402 for a key over the limit of an account, in any environment", async () => {
        const code = "iam.max_cluster_api_keys.per_service_account";
        await start({ [code]: 2 });
        const ownerId = await client.makeAccount();
        await client.createKey(ownerId);
        await client.createKey(ownerId, { id: "env-def456.aws.us-east-1" });
        expectExceeded(await client.createKey(ownerId), 402, code);
        expect((await client.createKey(ownerId, { id: "cloud" })).status).toBe(202);
    });

    it("does not count deleted keys", async () => {
        await start({ "iam.max_cluster_api_keys.per_user": 1 });
        const { body } = await client.createKey("sa-000aaa");
        await client.send("DELETE", `/iam/v2/api-keys/${body.id}`);
        expect((await client.createKey("sa-000aaa")).status).toBe(202);
    });

    it("returns 402 for a service account over the limit, without counting the seeded one", async () => {
        await start({ "iam.max_service_accounts.per_org": 1 });
        await client.makeAccount("one");
        const reply = await client.send("POST", "/iam/v2/service-accounts", {
            body: { display_name: "two" },
        });
        expectExceeded(reply, 402, "iam.max_service_accounts.per_org");
    });

    it("returns 400 for role bindings and compute pools, whose specifications have no 402", async () => {
        await start({
            "iam.max_rbac_role_bindings_all_roles.per_org": 0,
            "flink.max_compute_pools.per_env": 0,
        });
        const binding = await client.grant("u-111aaa", "OrganizationAdmin");
        expectExceeded(binding, 400, "iam.max_rbac_role_bindings_all_roles.per_org");
    });

    it("lists limits and current usage by scope", async () => {
        await start({ "iam.max_service_accounts.per_org": 7 });
        await client.makeAccount();
        const path = "/service-quota/v1/applied-quotas";
        const { body } = await client.send(
            "GET",
            `${path}?scope=organization&id=iam.max_service_accounts.per_org`,
        );
        expect(body.data).toHaveLength(1);
        expect(body.data[0]).toMatchObject({
            scope: "ORGANIZATION",
            default_limit: 1000,
            applied_limit: 7,
            usage: 1,
        });
        expect(
            (await client.send("GET", `${path}?scope=ENVIRONMENT&environment=env-abc123`)).body.data,
        ).toHaveLength(1);
        expect((await client.send("GET", path)).status).toBe(400);
    });
});
