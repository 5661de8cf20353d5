import { startEmulator } from "../../../emulator";
import { EmulatorClient } from "../emulatorClient";

const PATH = "/iam/v2/role-bindings";

describe("role bindings", () => {
    const client = EmulatorClient.forEach();

    it("returns 201 for a POST, and 200 with the body for a DELETE", async () => {
        const created = await client.grant("u-111aaa", "EnvironmentAdmin", "/environment=env-abc123");
        expect(created.status).toBe(201);
        const deleted = await client.send("DELETE", `${PATH}/${created.body.id}`);
        expect([deleted.status, deleted.body]).toEqual([200, created.body]);
    });

    it("returns 403 in a shape of its own for a role binding that does not exist", async () => {
        const reply = await client.send("GET", `${PATH}/rb-none`);
        expect([reply.status, reply.body.error_code, reply.body.errors]).toEqual([403, 40301, undefined]);
    });

    it("returns 409 for the same role binding twice, where %3A equals :", async () => {
        const pool = "/environment=env-abc123/flink-region=aws.us-east-1/compute-pool=lfcp:abc123";
        const first = await client.grant("u-111aaa", "FlinkDeveloper", pool);
        const reply = await client.grant("u-111aaa", "FlinkDeveloper", pool.replace("lfcp:", "lfcp%3A"));
        expect(reply.status).toBe(409);
        expect(reply.headers.get("location")).toBe(`${client.emulator.url}${PATH}/${first.body.id}`);
    });

    it.each([
        ["/role_name", "u-111aaa", "Overlord", ""],
        ["/crn_pattern", "u-111aaa", "EnvironmentAdmin", "/environment=env-none"],
        ["/crn_pattern", "u-111aaa", "Assigner", "/service-account=sa-none"],
    ])(
        "returns 400 with the pointer %s for %s, %s at '%s'",
        async (pointer, principalId, roleName, scope) => {
            const reply = await client.grant(principalId, roleName, scope);
            expect([reply.status, reply.body.errors[0].source]).toEqual([400, { pointer }]);
        },
    );

    it("returns 403 Forbidden Access for a principal that does not exist", async () => {
        const reply = await client.grant("sa-none", "OrganizationAdmin");
        expect([reply.status, reply.body.errors[0].detail]).toEqual([403, "Forbidden Access"]);
    });

    it("returns 400 in a shape of its own for a scope that the role cannot be bound at", async () => {
        const reply = await client.grant("u-111aaa", "OrganizationAdmin", "/environment=env-abc123");
        expect([reply.status, reply.body]).toEqual([
            400,
            {
                error_code: 40002,
                message:
                    "Role OrganizationAdmin must be bound at scope organization, but was bound at environment",
            },
        ]);
    });

    it("reports an unknown role in the words of the CLI's fixtures", async () => {
        const { body } = await client.grant("u-111aaa", "Overlord");
        expect(body.errors[0]).toMatchObject({
            code: "invalid-role",
            detail: "Invalid role name : Overlord",
        });
    });

    it("stores roles of other services", async () => {
        const cluster = "/environment=env-abc123/cloud-cluster=lkc-abc123";
        expect((await client.grant("u-111aaa", "ConnectManager", cluster)).status).toBe(201);
        expect((await client.grant("u-111aaa", "KsqlAdmin", `${cluster}/ksql=lksqlc-abc123`)).status).toBe(
            201,
        );
    });

    it("rejects role bindings in another organization", async () => {
        const reply = await client.send("POST", PATH, {
            body: {
                principal: "User:u-111aaa",
                role_name: "OrganizationAdmin",
                crn_pattern: "crn://confluent.cloud/organization=2222aaaa-11aa-11aa-11aa-111111aaaaaa",
            },
        });
        expect(reply.status).toBe(403);
    });

    it("lists the bindings at a scope without /*, and also those below it with /*", async () => {
        await client.grant("u-111aaa", "OrganizationAdmin");
        await client.grant("u-111aaa", "EnvironmentAdmin", "/environment=env-abc123");
        await client.grant(
            "u-111aaa",
            "FlinkDeveloper",
            "/environment=env-abc123/flink-region=aws.us-east-1",
        );
        const rolesAt = async (scope: string): Promise<string[]> => {
            const query = { crn_pattern: client.crn(scope), principal: "User:u-111aaa" };
            const { body } = await client.send("GET", `${PATH}?${new URLSearchParams(query)}`);
            return body.data.map((row: { role_name: string }) => row.role_name);
        };
        expect(await rolesAt("")).toEqual(["OrganizationAdmin"]);
        expect(await rolesAt("/*")).toEqual(["OrganizationAdmin", "EnvironmentAdmin", "FlinkDeveloper"]);
        expect(await rolesAt("/environment=env-abc123")).toEqual(["EnvironmentAdmin"]);
        expect(await rolesAt("/environment=env-abc123/*")).toEqual(["EnvironmentAdmin", "FlinkDeveloper"]);
        expect(await rolesAt("/environment=env-abc/*")).toEqual([]);
    });

    it("lists those below a scope without /* too, with roleBindingFilter prefix", async () => {
        const other = await startEmulator({ roleBindingFilter: "prefix" });
        const otherClient = new EmulatorClient(other);
        await otherClient.grant("u-111aaa", "FlinkDeveloper", "/environment=env-abc123");
        const query = { crn_pattern: otherClient.crn(), principal: "User:u-111aaa" };
        const { body } = await otherClient.send("GET", `${PATH}?${new URLSearchParams(query)}`);
        await other.close();
        expect(body.data).toHaveLength(1);
    });

    it("lists by principal and role", async () => {
        await client.grant("u-111aaa", "FlinkDeveloper", "/environment=env-abc123");
        await client.grant("u-111aaa", "FlinkDeveloper", "/environment=env-def456");
        await client.grant("u-222bbb", "EnvironmentAdmin", "/environment=env-abc123");
        const count = async (query: Record<string, string>): Promise<number> =>
            (await client.send("GET", `${PATH}?${new URLSearchParams(query)}`)).body.data.length;
        expect(await count({ crn_pattern: client.crn("/environment=env-abc123") })).toBe(2);
        expect(await count({ crn_pattern: client.crn("/*"), principal: "User:u-111aaa" })).toBe(2);
        expect(
            await count({ crn_pattern: client.crn("/environment=env-abc123"), role_name: "FlinkDeveloper" }),
        ).toBe(1);
    });

    it("returns 400 for a list without crn_pattern", async () => {
        const reply = await client.send("GET", PATH);
        expect([reply.status, reply.body.errors[0].source]).toEqual([400, { parameter: "crn_pattern" }]);
    });
});
