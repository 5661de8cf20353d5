import { EmulatorClient } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

describe("materialized tables", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });
    let as: string;
    let list: string;
    let path: string;

    beforeEach(async () => {
        as = await client.makeKey("sa-000aaa");
        list = client.statementsPath().replace(/statements$/, "materialized-tables");
        path = list.replace(/materialized-tables$/, "databases/lkc-abc123/materialized-tables");
    });

    const query = "SELECT 1 AS id, 'a' AS letter";

    const table = (changes: object = {}) => ({
        name: "orders",
        spec: { kafka_cluster_id: "lkc-abc123", query, ...changes },
    });

    async function rows(name: string, statement: string): Promise<string[][]> {
        await client.send("POST", client.statementsPath(), { as, body: { name, spec: { statement } } });
        client.emulator.clock.advance(500);
        const { body } = await client.send("GET", `${client.statementsPath()}/${name}/results`, { as });
        return body.results.data.map(({ row }: { row: string[] }) => row);
    }

    it("are created, become RUNNING, are stopped, changed and deleted", async () => {
        const made = await client.send("POST", path, { as, body: table({ table_options: { a: "b" } }) });
        expect([made.status, made.body.status.phase, made.body.spec]).toEqual([
            201,
            "CREATING",
            expect.objectContaining({
                query,
                principal: "sa-000aaa",
                stopped: false,
                table_options: { a: "b" },
                compute_pool_id: expect.stringMatching(/^lfcp-/),
            }),
        ]);
        expect((await client.send("POST", path, { as, body: table() })).status).toBe(409);
        const get = async () => (await client.send("GET", `${path}/orders`, { as })).body;
        client.emulator.clock.advance(300);
        expect((await get()).status.phase).toBe("RUNNING");
        const put = (spec: object, version = "1") =>
            client.send("PUT", `${path}/orders`, {
                as,
                body: { name: "orders", metadata: { resource_version: version }, spec },
            });
        expect((await put({ stopped: true })).body.status.phase).toBe("STOPPING");
        client.emulator.clock.advance(300);
        expect((await get()).status.phase).toBe("STOPPED");
        expect((await put({ stopped: false })).status).toBe(409);
        const changed = await put({ stopped: false, query: "SELECT 2 AS id" }, "2");
        expect(changed.body.status).toMatchObject({ phase: "CREATING", version: 2 });
        expect((await client.send("GET", list, { as })).body.data).toHaveLength(1);
        expect((await client.send("DELETE", `${path}/orders`, { as })).status).toBe(202);
        expect((await client.send("GET", `${path}/orders`, { as })).status).toBe(404);
    });

    it("are the same in SQL and in the API", async () => {
        await client.send("POST", path, { as, body: table() });
        const columns = "SELECT COLUMN_NAME FROM INFORMATION_SCHEMA.`COLUMNS` WHERE TABLE_NAME = 'orders'";
        const kinds =
            "SELECT TABLE_NAME, IS_MATERIALIZED FROM INFORMATION_SCHEMA.`TABLES` WHERE TABLE_TYPE = 'BASE TABLE'";
        expect(await rows("a", columns)).toEqual([["id"], ["letter"]]);
        await rows("b", "CREATE MATERIALIZED TABLE bills AS SELECT 1 AS id");
        await rows("c", "CREATE TABLE plain (id INT)");
        expect(await rows("d", kinds)).toEqual([
            ["orders", "YES"],
            ["bills", "YES"],
            ["plain", "NO"],
        ]);
        await rows("e", "CREATE OR ALTER MATERIALIZED TABLE bills AS SELECT 1 AS number");
        const { body } = await client.send("GET", `${path}/bills`, { as });
        expect([body.spec.query, body.status.version]).toEqual(["SELECT 1 AS number", 2]);
        await rows("f", "DROP MATERIALIZED TABLE orders");
        expect((await client.send("GET", `${path}/orders`, { as })).status).toBe(404);
        expect((await client.send("GET", list, { as })).body.data).toMatchObject([{ name: "bills" }]);
    });

    it("need a database of the environment, a pool, and the rights of a statement that makes the table", async () => {
        const other = path.replace("lkc-abc123", "lkc-def456");
        expect((await client.send("POST", other, { as, body: table() })).status).toBe(422);
        expect(
            (await client.send("POST", path, { as, body: table({ compute_pool_id: "lfcp-none" }) })).status,
        ).toBe(422);
        const ownerId = await client.makeAccount();
        const developer = await client.makeKey(ownerId);
        await client.grant(ownerId, "FlinkDeveloper", "/environment=env-abc123");
        expect((await client.send("POST", path, { as: developer, body: table() })).status).toBe(403);
        const kafka = "/environment=env-abc123/cloud-cluster=lkc-abc123/kafka=lkc-abc123";
        await client.grant(ownerId, "ResourceOwner", `${kafka}/topic=*`);
        await client.grant(ownerId, "ResourceOwner", `${kafka}/transactional-id=_confluent-flink_*`);
        expect((await client.send("POST", path, { as: developer, body: table() })).status).toBe(201);
    });
});
