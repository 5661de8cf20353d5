import { startEmulator } from "../../../emulator";
import { EmulatorClient, type Reply } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

const kafka = "/environment=env-abc123/cloud-cluster=lkc-abc123/kafka=lkc-abc123";

describe("statements", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });
    let ownerId: string;
    let key: string;
    let path: string;

    beforeEach(async () => {
        ownerId = await client.makeAccount();
        key = await client.makeKey(ownerId);
        path = client.statementsPath();
    });

    function create(name: string, spec: Record<string, unknown>, as = key): Promise<Reply> {
        return client.send("POST", path, { as, body: { name, spec } });
    }

    async function phase(name: string): Promise<string> {
        const { status, body } = await client.send("GET", `${path}/${name}`, { as: key });
        return status === 200 ? body.status.phase : String(status);
    }

    describe("of an admin", () => {
        beforeEach(async () => {
            await client.grant(ownerId, "OrganizationAdmin");
        });

        it("goes from PENDING through RUNNING to COMPLETED by the clock and returns its rows once", async () => {
            const reply = await create("one", { statement: "SELECT 1 AS n" });
            expect([reply.status, reply.body.status.phase]).toEqual([201, "PENDING"]);
            const pending = await client.send("GET", `${path}/one/results`, { as: key });
            expect([pending.body.results.data, pending.body.metadata.next]).toEqual([[], expect.any(String)]);
            client.emulator.clock.advance(300);
            expect(await phase("one")).toBe("RUNNING");
            client.emulator.clock.advance(200);
            expect(await phase("one")).toBe("COMPLETED");
            const results = await client.send("GET", pending.body.metadata.next, { as: key });
            expect(results.body.results.data).toEqual([{ op: 0, row: ["1"] }]);
            expect(results.body.metadata).not.toHaveProperty("next");
        });

        it("reports CREATE TABLE AS as bounded and without columns while it is RUNNING", async () => {
            const { body } = await create("ctas", { statement: "CREATE TABLE t AS SELECT * FROM orders" });
            expect(body.status.traits).toEqual({
                sql_kind: "CREATE_TABLE_AS",
                is_bounded: true,
                is_append_only: true,
            });
            client.emulator.clock.advance(1_000_000);
            expect(await phase("ctas")).toBe("RUNNING");
        });

        it("keeps an unbounded statement RUNNING until it is stopped, and resumes it", async () => {
            await create("endless", { statement: "SELECT * FROM orders" });
            client.emulator.clock.advance(1_000_000);
            expect(await phase("endless")).toBe("RUNNING");
            const put = (stopped: boolean, version: string): Promise<Reply> =>
                client.send("PUT", `${path}/endless`, {
                    as: key,
                    body: { name: "endless", metadata: { resource_version: version }, spec: { stopped } },
                });
            expect((await put(true, "1")).status).toBe(202);
            expect(await phase("endless")).toBe("STOPPING");
            client.emulator.clock.advance(300);
            expect(await phase("endless")).toBe("STOPPED");
            const stale = await put(false, "1");
            expect([stale.status, stale.body.errors[0].source]).toEqual([
                409,
                { pointer: "/metadata/resource_version" },
            ]);
            expect((await put(false, "2")).status).toBe(202);
            expect(await phase("endless")).toBe("PENDING");
            client.emulator.clock.advance(300);
            expect(await phase("endless")).toBe("RUNNING");
        });

        it("is stopped by a JSON patch, which returns the statement", async () => {
            await create("endless", { statement: "SELECT * FROM orders" });
            const patch = (body: unknown): Promise<Reply> =>
                client.send("PATCH", `${path}/endless`, {
                    as: key,
                    body,
                    headers: { "content-type": "application/json-patch+json" },
                });
            const stop = { path: "/spec/stopped", value: true };
            for (const op of ["replace", "REPLACE"]) {
                const reply = await patch([{ op, ...stop }]);
                expect([reply.status, reply.body.spec.stopped]).toEqual([200, true]);
            }
            expect(await phase("endless")).toBe("STOPPING");
            const statuses = [];
            for (const body of [
                { op: "replace", ...stop },
                [{ op: "remove", path: "/spec/stopped" }],
                [null],
                [{ op: "replace", path: "/spec/statement", value: "SELECT 2" }],
                [{ op: "replace", path: "/spec/stopped", value: "yes" }],
            ]) {
                statuses.push((await patch(body)).status);
            }
            expect(statuses).toEqual([400, 400, 400, 422, 422]);
        });

        it("has its traits in the response to the POST, or from RUNNING on with statementTraits when-running", async () => {
            const { body } = await create("one", { statement: "SELECT 1 AS n" });
            expect(body.status.phase).toBe("PENDING");
            expect(body.status.traits).toMatchObject({
                sql_kind: "SELECT",
                schema: { columns: [{ name: "n" }] },
            });
            const broken = await create("broken", { statement: "SELEKT" });
            expect(broken.body.status).not.toHaveProperty("traits");

            const later = await startEmulator({ clock: STOPPED_CLOCK, statementTraits: "when-running" });
            const laterClient = new EmulatorClient(later);
            const laterOwner = await laterClient.makeAccount();
            await laterClient.grant(laterOwner, "OrganizationAdmin");
            const as = await laterClient.makeKey(laterOwner);
            const made = await laterClient.send("POST", laterClient.statementsPath(), {
                as,
                body: { name: "one", spec: { statement: "SELECT 1" } },
            });
            later.clock.advance(300);
            const running = await laterClient.send("GET", `${laterClient.statementsPath()}/one`, { as });
            await later.close();
            expect(made.body.status).not.toHaveProperty("traits");
            expect(running.body.status).toHaveProperty("traits");
        });

        it("returns its outcome and is not stored in a dry run", async () => {
            const properties = { "sql.dry-run": "true" };
            const good = await create("dry", { statement: "SELECT 1 AS n", properties });
            expect([good.status, good.body.status.phase]).toEqual([201, "COMPLETED"]);
            expect(good.body.status.traits.schema.columns).toHaveLength(1);
            const bad = await create("dry", { statement: "SELEKT", properties });
            expect(bad.body.status).toMatchObject({
                phase: "FAILED",
                detail: expect.stringContaining("SELEKT"),
            });
            expect(await phase("dry")).toBe("404");
        });

        it("streams the rows of its table, and those that are inserted later, once each", async () => {
            const later = async (name: string, statement: string) => {
                await create(name, { statement });
                client.emulator.clock.advance(500);
            };
            await later("table", "CREATE TABLE t (id INT, name STRING)");
            await later("first", "INSERT INTO t VALUES (1, 'a')");
            await later("stream", "SELECT name, id FROM t");
            const next = async (url: string) => (await client.send("GET", url, { as: key })).body;
            const page = await next(`${path}/stream/results`);
            expect(page.results.data).toEqual([{ op: 0, row: ["a", "1"] }]);
            const empty = await next(page.metadata.next);
            expect(empty.results.data).toEqual([]);
            await later("second", "INSERT INTO t (name) VALUES ('b')");
            expect((await next(empty.metadata.next)).results.data).toEqual([{ op: 0, row: ["b", null] }]);
            expect(
                (await client.send("GET", `${path}/stream/results?page_token=x`, { as: key })).status,
            ).toBe(400);
        });

        it("is FAILED in the response to its POST where the emulator cannot evaluate it", async () => {
            const { body } = await create("unsupported", { statement: "SELECT UPPER('a')" });
            expect(body.status).toMatchObject({ phase: "FAILED", detail: expect.stringContaining("UPPER") });
        });

        it("shows the environments as catalogs", async () => {
            await create("catalogs", { statement: "SHOW CATALOGS" });
            client.emulator.clock.advance(500);
            const { body } = await client.send("GET", `${path}/catalogs/results`, { as: key });
            expect(body.results.data.map(({ row }: { row: string[] }) => row)).toEqual([
                ["environment-abc123", "env-abc123"],
                ["environment-def456", "env-def456"],
            ]);
        });

        it("ends in snapshot mode", async () => {
            const properties = { "sql.snapshot.mode": "now" };
            await create("snapshot", { statement: "SELECT * FROM orders", properties });
            client.emulator.clock.advance(500);
            expect(await phase("snapshot")).toBe("COMPLETED");
        });

        it("can move to another pool and principal by PUT, but not change its text", async () => {
            const [poolId, otherPoolId] = [
                await client.makePool(),
                await client.makePool("us-east-1", "other"),
            ];
            const runnerId = await client.makeAccount("runner");
            await create("moved", { statement: "SELECT * FROM orders", compute_pool_id: poolId });
            const put = (spec: object): Promise<Reply> =>
                client.send("PUT", `${path}/moved`, { as: key, body: { name: "moved", spec } });
            const refused = async (spec: object): Promise<unknown> => {
                const { status, body } = await put(spec);
                return [status, body.errors[0].source.pointer];
            };
            expect(await refused({})).toEqual([422, "/spec/stopped"]);
            expect(await refused({ stopped: true, statement: "SELECT 2" })).toEqual([422, "/spec/statement"]);
            expect(await refused({ stopped: true, compute_pool_id: "lfcp-none" })).toEqual([
                422,
                "/spec/compute_pool_id",
            ]);
            const moved = { compute_pool_id: otherPoolId, principal: runnerId };
            expect((await put({ stopped: true, ...moved })).status).toBe(202);
            expect((await client.send("GET", `${path}/moved`, { as: key })).body.spec).toMatchObject(moved);
            expect(client.emulator.state().statements).toMatchObject([
                { name: "moved", computePoolId: otherPoolId, principalId: runnerId, phase: "STOPPING" },
            ]);
        });

        it("runs without a pool in the default pool of its environment and region, which the first one creates", async () => {
            const other = await client.makeKey(ownerId, { id: "aws.us-east-2", environment: "env-abc123" });
            const poolOf = async (name: string, as = key): Promise<string> =>
                (await create(name, { statement: "SELECT 1" }, as)).body.spec.compute_pool_id;
            const [first, second, third] = [await poolOf("a"), await poolOf("b"), await poolOf("c", other)];
            expect([first, second]).toEqual([expect.stringMatching(/^lfcp-/), first]);
            expect(third).not.toBe(first);
            const pools = await client.send("GET", "/fcpm/v2/compute-pools?environment=env-abc123");
            expect(pools.body.data).toMatchObject([
                { id: first, spec: { default_pool: true, max_cfu: 50, region: "us-east-1" } },
                { id: third, spec: { default_pool: true, max_cfu: 50, region: "us-east-2" } },
            ]);
        });

        it("needs a pool where the organization has turned default pools off, and no dry run creates one", async () => {
            const properties = { "sql.dry-run": "true" };
            expect(
                (await create("dry", { statement: "SELECT 1", properties })).body.spec.compute_pool_id,
            ).toBe("");
            const body = { spec: { default_pool_enabled: false } };
            await client.send("PATCH", "/fcpm/v2/compute-pool-config", { body });
            const reply = await create("one", { statement: "SELECT 1" });
            expect([reply.status, reply.body.errors[0].detail]).toEqual([
                422,
                expect.stringContaining("turned default compute pools off"),
            ]);
            expect(client.emulator.state().computePools).toEqual([]);
        });

        it("of a Global key needs a pool, or the endpoint of a region", async () => {
            const globalKey = await client.makeKey(ownerId, { id: "global" });
            const refused = await create("one", { statement: "SELECT 1" }, globalKey);
            expect([refused.status, refused.body.errors[0].detail]).toEqual([
                422,
                expect.stringContaining(`${client.emulator.url}/flink/aws.us-east-1`),
            ]);
            const spec = { statement: "SELECT 1", compute_pool_id: await client.makePool() };
            expect((await create("one", spec, globalKey)).status).toBe(201);
            const reply = await client.send("POST", `/flink/aws.us-east-2${path}`, {
                as: globalKey,
                body: { name: "two", spec: { statement: "SELECT 1" } },
            });
            expect(reply.body.metadata.self).toBe(`${client.emulator.url}/flink/aws.us-east-2${path}/two`);
            expect(client.emulator.state().statements.map(({ name, region }) => [name, region])).toEqual([
                ["one", "aws.us-east-1"],
                ["two", "aws.us-east-2"],
            ]);
        });

        it("disappears 30 days after it has ended, COMPLETED, FAILED or STOPPED, and frees its name", async () => {
            await create("one", { statement: "SELECT 1" });
            await create("broken", { statement: "SELEKT" });
            await create("stopped", { statement: "SELECT * FROM orders", stopped: true });
            await create("endless", { statement: "SELECT * FROM orders" });
            const phases = async () => [
                await phase("one"),
                await phase("broken"),
                await phase("stopped"),
                await phase("endless"),
            ];
            client.emulator.clock.advance(30 * 24 * 3600_000 - 1);
            expect(await phases()).toEqual(["COMPLETED", "FAILED", "STOPPED", "RUNNING"]);
            client.emulator.clock.advance(1);
            expect(await phases()).toEqual(["404", "404", "404", "RUNNING"]);
            expect((await create("stopped", { statement: "SELECT 1" })).status).toBe(201);
        });

        it("is DELETING for a moment, then gone, and its name is free again", async () => {
            await create("one", { statement: "SELECT 1" });
            expect((await create("one", { statement: "SELECT 1" })).status).toBe(409);
            expect((await client.send("DELETE", `${path}/one`, { as: key })).status).toBe(202);
            expect(await phase("one")).toBe("DELETING");
            expect((await client.send("GET", `${path}/one/results`, { as: key })).status).toBe(404);
            client.emulator.clock.advance(300);
            expect(await phase("one")).toBe("404");
            expect((await create("one", { statement: "SELECT 1" })).status).toBe(201);
        });

        it("FAILS with a detail and an exception when the text is not SQL", async () => {
            await create("broken", { statement: "SELEKT" });
            client.emulator.clock.advance(300);
            const { body } = await client.send("GET", `${path}/broken`, { as: key });
            expect(body.status).toMatchObject({ phase: "FAILED", detail: expect.stringContaining("SELEKT") });
            const exceptions = await client.send("GET", `${path}/broken/exceptions`, { as: key });
            expect(exceptions.body.data).toHaveLength(1);
        });

        it.each([
            ["/name", "Upper", { statement: "SELECT 1" }],
            ["/name", "x".repeat(101), { statement: "SELECT 1" }],
            ["/spec/statement", "one", {}],
            ["/spec/statement", "one", { statement: "x".repeat(131_073) }],
            ["/spec/compute_pool_id", "one", { statement: "SELECT 1", compute_pool_id: "lfcp-none" }],
            ["/spec/principal", "one", { statement: "SELECT 1", principal: "sa-none" }],
            ["/spec/properties", "one", { statement: "SELECT 1", properties: { a: 1 } }],
        ])("returns 422 with the pointer %s", async (pointer, name, spec) => {
            const reply = await create(name, spec);
            expect([reply.status, reply.body.errors[0].source]).toEqual([422, { pointer }]);
        });

        it("rejects a pool in a region other than the key's", async () => {
            const poolId = await client.makePool("us-east-2");
            const reply = await create("one", { statement: "SELECT 1", compute_pool_id: poolId });
            expect(reply.status).toBe(403);
        });

        it("lists the statements of its region by pool and by label", async () => {
            const poolId = await client.makePool();
            await create("a", { statement: "SELECT 1", compute_pool_id: poolId });
            await client.send("POST", path, {
                as: key,
                body: { name: "b", metadata: { labels: { team: "x" } }, spec: { statement: "SELECT 1" } },
            });
            const names = async (query: string, as = key): Promise<string[]> =>
                (await client.send("GET", `${path}?${query}`, { as })).body.data.map(
                    ({ name }: { name: string }) => name,
                );
            expect(await names("")).toEqual(["a", "b"]);
            expect(await names(`spec.compute_pool_id=${poolId}`)).toEqual(["a"]);
            expect(await names("label_selector=team%3Dx")).toEqual(["b"]);
            expect(await names("statement_name_search_query=b")).toEqual(["b"]);
            expect(await names("statement_name_search_query=none")).toEqual([]);
            const elsewhere = await client.makeKey(ownerId, { id: "env-abc123.aws.us-east-2" });
            expect(await names("", elsewhere)).toEqual([]);
        });
    });

    it("lets a FlinkDeveloper of one pool list and run statements there only", async () => {
        const [poolId, otherPoolId] = [await client.makePool(), await client.makePool("us-east-1", "other")];
        await client.grant(
            ownerId,
            "FlinkDeveloper",
            `/environment=env-abc123/flink-region=aws.us-east-1/compute-pool=${poolId}`,
        );
        const status = async (name: string, spec: object): Promise<number> =>
            (await create(name, { statement: "SELECT 1", ...spec })).status;
        expect(await status("a", { compute_pool_id: poolId })).toBe(201);
        expect(await status("b", { compute_pool_id: otherPoolId })).toBe(403);
        expect(await status("c", {})).toBe(403);
        expect(await client.probe(key)).toBe(200);
    });

    it("is seen only by its submitter, by the principal that it runs as, and by administrators", async () => {
        const names = async (as: string): Promise<string[]> =>
            (await client.send("GET", path, { as })).body.data.map(({ name }: { name: string }) => name);
        const otherId = await client.makeAccount("other");
        const other = await client.makeKey(otherId);
        for (const id of [ownerId, otherId])
            await client.grant(id, "FlinkDeveloper", "/environment=env-abc123");
        await create("own", { statement: "SELECT 1" });
        await client.grant(ownerId, "Assigner", `/service-account=${otherId}`);
        await create("assigned", { statement: "SELECT 1", principal: otherId });
        expect([await names(key), await names(other)]).toEqual([["own", "assigned"], ["assigned"]]);
        for (const method of ["GET", "DELETE"]) {
            const reply = await client.send(method, `${path}/own`, { as: other });
            expect([reply.status, reply.body.errors[0].detail]).toEqual([
                404,
                "Statement resource=own does not exist",
            ]);
        }
        // The name is taken all the same.
        expect((await create("own", { statement: "SELECT 1" }, other)).status).toBe(409);
        await client.grant(otherId, "FlinkAdmin", "/environment=env-abc123");
        expect(await names(other)).toEqual(["own", "assigned"]);
    });

    it("runs as another service account only if the caller is its Assigner", async () => {
        const runnerId = await client.makeAccount("runner");
        await client.grant(ownerId, "FlinkDeveloper", "/environment=env-abc123");
        const spec = { statement: "SELECT 1", principal: runnerId };
        expect((await create("one", spec)).status).toBe(403);
        await client.grant(ownerId, "Assigner", `/service-account=${runnerId}`);
        const reply = await create("one", spec);
        expect([reply.status, reply.body.spec.principal]).toEqual([201, runnerId]);
    });

    it("requires both roles on transactional ids when a FlinkDeveloper's statement names a table", async () => {
        await client.grant(ownerId, "FlinkDeveloper", "/environment=env-abc123");
        await client.grant(ownerId, "ResourceOwner", `${kafka}/topic=*`);
        const statement = "INSERT INTO sink SELECT * FROM orders";
        const transactionalId = `${kafka}/transactional-id=_confluent-flink_*`;
        expect((await create("literals", { statement: "SELECT 1" })).status).toBe(201);
        expect((await create("one", { statement })).status).toBe(403);
        expect((await client.grant(ownerId, "DeveloperRead", transactionalId)).status).toBe(201);
        expect((await create("one", { statement })).status).toBe(403);
        await client.grant(ownerId, "DeveloperWrite", transactionalId);
        expect((await create("one", { statement })).status).toBe(201);
    });

    it("requires a role on each topic that a FlinkDeveloper's statement reads, writes or manages", async () => {
        await client.grant(ownerId, "FlinkDeveloper", "/environment=env-abc123");
        await client.grant(ownerId, "ResourceOwner", `${kafka}/transactional-id=_confluent-flink_*`);
        const refusal = async (statement: string): Promise<string> => {
            const { status, body } = await create("one", { statement });
            return status === 403 ? body.errors[0].detail : String(status);
        };
        const insert = "INSERT INTO sink SELECT * FROM orders";
        expect(await refusal(insert)).toContain("DeveloperRead on the topic 'orders'");
        await client.grant(ownerId, "DeveloperRead", `${kafka}/topic=ord*`);
        expect(await refusal(insert)).toContain("DeveloperWrite on the topic 'sink'");
        await client.grant(ownerId, "DeveloperWrite", `${kafka}/topic=sink`);
        expect(await refusal("DROP TABLE sink")).toContain("DeveloperManage on the topic 'sink'");
        expect(await refusal(insert)).toBe("201");
    });
});
