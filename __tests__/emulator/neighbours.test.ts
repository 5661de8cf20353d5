/** What an access program or a client looks at on its way: clusters, registries, roles, and lists without entries. */
import { type Emulator, startEmulator } from "../../emulator";
import { EmulatorClient } from "./emulatorClient";
import { STOPPED_CLOCK } from "./stoppedClock";

describe("the neighbours of access", () => {
    let emulator: Emulator;
    let client: EmulatorClient;

    beforeEach(async () => {
        emulator = await startEmulator({ clock: STOPPED_CLOCK });
        client = new EmulatorClient(emulator);
    });
    afterEach(() => emulator.close());

    it.each([
        [
            "/cmk/v2/clusters",
            "lkc-abc123",
            `/environment=env-abc123/cloud-cluster=lkc-abc123/kafka=lkc-abc123`,
        ],
        ["/srcm/v3/clusters", "lsrc-abc123", `/environment=env-abc123/schema-registry=lsrc-abc123`],
    ])("%s has the one of each environment, to read by environment and role", async (path, id, crn) => {
        const list = await client.send("GET", `${path}?environment=env-abc123`);
        expect(list.body.data.map((one: { id: string }) => one.id)).toEqual([id]);
        const one = await client.send("GET", `${path}/${id}?environment=env-abc123`);
        expect(one.body).toEqual(list.body.data[0]);
        expect(one.body.metadata.resource_name).toBe(client.crn(crn));
        // Nothing leads away from this machine.
        expect(JSON.stringify(one.body)).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)/);
        expect((await client.send("GET", path)).status).toBe(400);
        expect((await client.send("GET", `${path}/${id}?environment=env-def456`)).status).toBe(403);
        const as = await client.makeKey(await client.makeAccount(), { id: "cloud" });
        expect((await client.send("GET", `${path}?environment=env-abc123`, { as })).body.data).toEqual([]);
        expect((await client.send("GET", `${path}/${id}?environment=env-abc123`, { as })).status).toBe(403);
    });

    it("makes keys for clusters, registries and Tableflow, which open none of the emulator's doors and count as cluster keys", async () => {
        for (const [id, kind] of [
            ["lkc-abc123", "kafka"],
            ["lsrc-def456", "schema-registry"],
            ["tableflow", "tableflow"],
        ] as const) {
            const { status, body } = await client.createKey("sa-000aaa", { id });
            expect([status, body.spec.resource.id]).toEqual([202, id]);
            const as = `${body.id}:${body.spec.secret}`;
            expect((await client.send("GET", "/org/v2/environments", { as })).status).toBe(401);
            expect(await client.probe(as)).toBe(401);
            expect(emulator.state().apiKeys.at(-1)).toMatchObject({ kind, propagated: true });
            const listed = await client.send("GET", `/iam/v2/api-keys?spec.resource=${id}`);
            expect(listed.body.data.map((key: { id: string }) => key.id)).toEqual([body.id]);
        }
        expect((await client.createKey("sa-000aaa", { id: "lkc-nope00" })).status).toBe(400);
    });

    it("tells the roles and where each may be bound, to a user who logged in", async () => {
        const { body } = await client.send("POST", "/api/sessions", {
            as: null,
            body: { email: "admin@example.com", password: "x" },
        });
        const headers = { authorization: `Bearer ${body.token}` };
        const get = (path: string) =>
            client.send("GET", `/api/metadata/security/v2alpha1${path}`, { as: null, headers });
        const names = (await get("/roleNames")).body;
        expect(names).toEqual(expect.arrayContaining(["OrganizationAdmin", "FlinkDeveloper"]));
        expect((await get("/roles")).body.map((role: { name: string }) => role.name)).toEqual(names);
        expect((await get("/roles/EnvironmentAdmin")).body).toMatchObject({
            name: "EnvironmentAdmin",
            policies: [{ bindingScope: "environment" }],
        });
        expect((await get("/roles/Nobody")).status).toBe(404);
    });

    it("stores the organization's settings of default compute pools, which an admin alone changes", async () => {
        const path = "/fcpm/v2/compute-pool-config";
        expect((await client.send("GET", path)).body.spec).toEqual({
            default_pool_enabled: true,
            default_pool_max_cfu: 10,
        });
        const spec = { default_pool_max_cfu: 20 };
        expect((await client.send("PATCH", path, { body: { spec } })).body.spec).toEqual({
            default_pool_enabled: true,
            default_pool_max_cfu: 20,
        });
        const as = await client.makeKey(await client.makeAccount(), { id: "cloud" });
        expect((await client.send("PATCH", path, { as, body: { spec } })).status).toBe(403);
    });

    it("lists nothing of what there is none of, in place of 501", async () => {
        for (const path of [
            "/networking/v1/private-link-attachments?environment=env-abc123",
            "/networking/v1/networks?environment=env-abc123",
            "/iam/v2/sso/group-mappings",
            "/iam/v2/invitations",
            "/artifact/v1/flink-artifacts?cloud=AWS&region=us-east-1",
        ])
            expect(await client.send("GET", path)).toMatchObject({ status: 200, body: { data: [] } });
        await client.grant("sa-000aaa", "FlinkAdmin", "/environment=env-abc123");
        const as = await client.makeKey("sa-000aaa");
        const connections = client.statementsPath().replace(/statements$/, "connections");
        expect(await client.send("GET", connections, { as })).toMatchObject({
            status: 200,
            body: { data: [] },
        });
        expect((await client.send("GET", connections)).status).toBe(401);
    });
});
