import { startEmulator } from "../../../emulator";
import { EmulatorClient } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

describe("roles on the data plane", () => {
    const client = EmulatorClient.forEach({
        clock: STOPPED_CLOCK,
        rolePropagation: { minMs: 5000, maxMs: 5000 },
    });
    let ownerId: string;
    let key: string;

    beforeEach(async () => {
        ownerId = await client.makeAccount();
        key = await client.makeKey(ownerId);
    });

    async function grantNow(roleName: string, scope: string): Promise<void> {
        expect((await client.grant(ownerId, roleName, scope)).status).toBe(201);
        client.emulator.clock.advance(5000);
    }

    it("returns 403 without a role, and until the role has propagated", async () => {
        expect(await client.probe(key)).toBe(403);
        await client.grant(ownerId, "OrganizationAdmin");
        client.emulator.clock.advance(4999);
        expect(await client.probe(key)).toBe(403);
        client.emulator.clock.advance(1);
        expect(await client.probe(key)).toBe(200);
    });

    it("returns 403 again after the role binding was deleted", async () => {
        const { body } = await client.grant(ownerId, "OrganizationAdmin");
        client.emulator.clock.advance(5000);
        await client.send("DELETE", `/iam/v2/role-bindings/${body.id}`);
        expect(await client.probe(key)).toBe(403);
    });

    it.each([
        ["OrganizationAdmin", "", 200],
        ["EnvironmentAdmin", "/environment=env-abc123", 200],
        ["EnvironmentAdmin", "/environment=env-def456", 403],
        ["FlinkAdmin", "", 200],
        ["FlinkDeveloper", "/environment=env-abc123", 200],
        ["FlinkDeveloper", "/environment=env-def456", 403],
        ["FlinkDeveloper", "/environment=env-abc123/flink-region=aws.us-east-1", 200],
        ["FlinkDeveloper", "/environment=env-abc123/flink-region=aws.us-east-2", 403],
        [
            "FlinkDeveloper",
            "/environment=env-abc123/flink-region=aws.us-east-1/compute-pool=lfcp-abc123",
            200,
        ],
        [
            "FlinkDeveloper",
            "/environment=env-abc123/flink-region=aws.us-east-2/compute-pool=lfcp-abc123",
            403,
        ],
        ["AccountAdmin", "", 403],
        ["DataSteward", "/environment=env-abc123", 403],
    ])("with %s at '%s', listing statements returns %i", async (roleName, scope, status) => {
        await grantNow(roleName, scope);
        expect(await client.probe(key)).toBe(status);
    });

    it("returns 403 for another environment and 404 for another organization", async () => {
        await grantNow("OrganizationAdmin", "");
        expect(await client.probe(key, "env-def456")).toBe(403);
        expect(await client.probe(key, "env-none")).toBe(403);
        const path = client
            .statementsPath()
            .replace(client.emulator.organizationId, "2222aaaa-11aa-11aa-11aa-111111aaaaaa");
        expect((await client.send("GET", path, { as: key })).status).toBe(404);
    });
});

describe("roles on the control plane", () => {
    const client = EmulatorClient.forEach();
    let operatorId: string;
    let operator: string;
    let otherId: string;

    beforeEach(async () => {
        operatorId = await client.makeAccount("operator");
        operator = await client.makeKey(operatorId, { id: "cloud" });
        otherId = await client.makeAccount("other");
    });

    const FLINK = { id: "aws.us-east-1", environment: "env-abc123" };

    async function createAccount(): Promise<number> {
        const body = { display_name: "third" };
        return (await client.send("POST", "/iam/v2/service-accounts", { as: operator, body })).status;
    }

    async function createKeyFor(ownerId: string): Promise<number> {
        return (await client.createKey(ownerId, FLINK, operator)).status;
    }

    it("lets a caller without roles create nothing, and see only itself", async () => {
        expect(await createAccount()).toBe(403);
        expect(await createKeyFor(otherId)).toBe(403);
        const environments = await client.send("GET", "/org/v2/environments", { as: operator });
        expect([environments.status, environments.body.data]).toEqual([200, []]);
        const accounts = await client.send("GET", "/iam/v2/service-accounts", { as: operator });
        expect(accounts.body.data.map(({ id }: { id: string }) => id)).toEqual([operatorId]);
    });

    it("lets OrganizationAdmin do everything", async () => {
        await client.grant(operatorId, "OrganizationAdmin");
        expect([await createAccount(), await createKeyFor(otherId), await createKeyFor(operatorId)]).toEqual([
            201, 202, 202,
        ]);
    });

    it("lets AccountAdmin create service accounts and no keys", async () => {
        await client.grant(operatorId, "AccountAdmin");
        expect([await createAccount(), await createKeyFor(otherId)]).toEqual([201, 403]);
    });

    const KINDS = [
        FLINK,
        { id: "cloud" },
        { id: "global" },
        { id: "lkc-abc123" },
        { id: "lsrc-abc123" },
        { id: "tableflow" },
        { id: "aws.us-east-1", environment: "env-def456" },
    ];

    it.each([
        ["ResourceKeyAdmin", "", [403, 403, 403, 202, 202, 202, 403]],
        ["FlinkAdmin", "", [202, 403, 403, 403, 403, 403, 202]],
        ["FlinkAdmin", "/environment=env-abc123", [202, 403, 403, 403, 403, 403, 403]],
        ["EnvironmentAdmin", "/environment=env-abc123", [202, 403, 403, 202, 202, 403, 403]],
        [
            "CloudClusterAdmin",
            "/environment=env-abc123/cloud-cluster=lkc-abc123",
            [403, 403, 403, 202, 403, 403, 403],
        ],
        ["FlinkDeveloper", "", [403, 403, 403, 403, 403, 403, 403]],
    ])(
        "lets %s at '%s' create for others the kinds of key that Confluent's page of 2026 lists: %j",
        async (role, scope, statuses) => {
            await client.grant(operatorId, role, scope);
            const seen: number[] = [];
            for (const kind of KINDS) seen.push((await client.createKey(otherId, kind, operator)).status);
            expect(seen).toEqual(statuses);
        },
    );

    it("with the roles of 2025, lets ResourceKeyAdmin create keys for others and not for itself, and FlinkAdmin none", async () => {
        await client.emulator.close();
        client.emulator = await startEmulator({ keyRoles: "2025" });
        operatorId = await client.makeAccount("operator");
        operator = await client.makeKey(operatorId, { id: "cloud" });
        otherId = await client.makeAccount("other");
        await client.grant(operatorId, "FlinkAdmin");
        expect(await createKeyFor(otherId)).toBe(403);
        await client.grant(operatorId, "ResourceKeyAdmin");
        expect([await createAccount(), await createKeyFor(otherId), await createKeyFor(operatorId)]).toEqual([
            403, 202, 403,
        ]);
        expect((await client.createKey("u-111aaa")).status).toBe(202);
    });

    it("lets every user create keys of their own account, and nobody those of another user", async () => {
        const logIn = async (email: string) => {
            const body = { email, password: "x" };
            return (await client.send("POST", "/api/sessions", { as: null, body })).body.token;
        };
        const createAs = async (email: string, ownerId: string) => {
            const headers = { authorization: `Bearer ${await logIn(email)}` };
            const body = { spec: { owner: { id: ownerId }, resource: FLINK } };
            return client.send("POST", "/iam/v2/api-keys", { as: null, headers, body });
        };
        const own = await createAs("emmett.brown@example.com", "u-222bbb");
        expect(own.status).toBe(202);
        expect((await createAs("admin@example.com", "u-222bbb")).status).toBe(403);
        expect((await client.createKey("u-222bbb")).status).toBe(403);
        // OrganizationAdmin reads and deletes it all the same.
        expect((await client.send("DELETE", `/iam/v2/api-keys/${own.body.id}`)).status).toBe(204);
    });

    it("lets ResourceOwner of a service account create and see its keys, and no others", async () => {
        await client.grant(operatorId, "ResourceOwner", `/service-account=${otherId}`);
        const thirdId = await client.makeAccount("third");
        await client.makeKey(thirdId);
        expect([await createKeyFor(otherId), await createKeyFor(thirdId)]).toEqual([202, 403]);
        const { body } = await client.send("GET", "/iam/v2/api-keys", { as: operator });
        expect(body.data.map((key: { spec: { owner: { id: string } } }) => key.spec.owner.id)).toEqual([
            otherId,
        ]);
    });

    it("lets EnvironmentAdmin grant roles in its environment only", async () => {
        await client.grant(operatorId, "EnvironmentAdmin", "/environment=env-abc123");
        const grant = async (scope: string): Promise<number> =>
            (
                await client.send("POST", "/iam/v2/role-bindings", {
                    as: operator,
                    body: {
                        principal: `User:${otherId}`,
                        role_name: "FlinkDeveloper",
                        crn_pattern: client.crn(scope),
                    },
                })
            ).status;
        expect([await grant("/environment=env-abc123"), await grant("/environment=env-def456")]).toEqual([
            201, 403,
        ]);
    });

    it.each([
        ["FlinkDeveloper", "/environment=env-abc123", 403],
        ["FlinkAdmin", "/environment=env-abc123", 202],
        ["EnvironmentAdmin", "/environment=env-abc123", 202],
        ["EnvironmentAdmin", "/environment=env-def456", 403],
    ])("with %s at '%s', creating a compute pool returns %i", async (roleName, scope, status) => {
        await client.grant(operatorId, roleName, scope);
        const spec = {
            display_name: "pool",
            cloud: "AWS",
            region: "us-east-1",
            max_cfu: 5,
            environment: { id: "env-abc123" },
        };
        const reply = await client.send("POST", "/fcpm/v2/compute-pools", { as: operator, body: { spec } });
        expect(reply.status).toBe(status);
    });
});
