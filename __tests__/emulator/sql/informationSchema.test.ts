/** INFORMATION_SCHEMA, SHOW and the tables that statements create, queried as drivers and dbt query them. */
import { EmulatorClient } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

describe("catalogs, databases and tables", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });
    let as: string;
    let count = 0;

    beforeEach(async () => {
        as = await client.makeKey("sa-000aaa");
    });

    /** The phase, the names of the columns and the rows of a statement. */
    async function run(statement: string, properties: Record<string, string> = {}) {
        count += 1;
        const path = client.statementsPath();
        const name = `statement-${count}`;
        const made = await client.send("POST", path, { as, body: { name, spec: { statement, properties } } });
        expect(made.status).toBe(201);
        client.emulator.clock.advance(1000);
        const { status } = (await client.send("GET", `${path}/${name}`, { as })).body;
        const { results } = (await client.send("GET", `${path}/${name}/results`, { as })).body;
        return {
            phase: status.phase,
            detail: status.detail,
            columns: status.traits?.schema?.columns.map((column: { name: string }) => column.name),
            rows: results.data.map(({ row }: { row: unknown }) => row),
        };
    }

    it("shows environments as catalogs, clusters as databases, and the tables of the current one", async () => {
        expect(await run("SHOW CATALOGS")).toMatchObject({
            phase: "COMPLETED",
            columns: ["Catalog Name", "Catalog ID"],
            rows: [
                ["environment-abc123", "env-abc123"],
                ["environment-def456", "env-def456"],
            ],
        });
        expect((await run("SHOW DATABASES;")).rows).toEqual([["cluster-abc123", "lkc-abc123"]]);
        expect((await run("SHOW TABLES")).rows).toEqual([]);
        await run("CREATE TABLE orders (id INT)");
        await run("CREATE VIEW big AS SELECT * FROM orders");
        expect((await run("SHOW TABLES")).rows).toEqual([["orders"], ["big"]]);
        expect((await run("SHOW VIEWS")).rows).toEqual([["big"]]);
        expect((await run("SHOW TABLES", { "sql.current-database": "nope" })).rows).toEqual([]);
        expect((await run("show current database")).rows).toEqual([["cluster-abc123"]]);
    });

    it("lists a table, its columns and its options until it is dropped", async () => {
        await run(
            "CREATE TABLE IF NOT EXISTS `cluster-abc123`.`orders` (`id` BIGINT NOT NULL, note STRING COMMENT 'a, b', " +
                "price DECIMAL(10, 2), PRIMARY KEY (id) NOT ENFORCED) WITH ('changelog.mode' = 'append')",
        );
        expect(
            await run(
                "SELECT TABLE_NAME, TABLE_SCHEMA AS `schema`, TABLE_TYPE FROM `INFORMATION_SCHEMA`.`TABLES` " +
                    "WHERE TABLE_NAME = 'orders' AND TABLE_SCHEMA = 'cluster-abc123'",
            ),
        ).toMatchObject({
            columns: ["TABLE_NAME", "schema", "TABLE_TYPE"],
            rows: [["orders", "cluster-abc123", "BASE TABLE"]],
        });
        expect(
            (
                await run(
                    "SELECT COLUMN_NAME, FULL_DATA_TYPE, ORDINAL_POSITION FROM INFORMATION_SCHEMA.`COLUMNS` " +
                        "WHERE TABLE_CATALOG_ID = 'env-abc123' AND (TABLE_NAME = 'orders' OR TABLE_NAME = 'x') AND IS_HIDDEN = 'NO'",
                )
            ).rows,
        ).toEqual([
            ["id", "BIGINT NOT NULL", "1"],
            ["note", "VARCHAR(2147483647)", "2"],
            ["price", "DECIMAL(10, 2)", "3"],
        ]);
        expect(
            (
                await run(
                    "SELECT 'T' AS section, TABLE_NAME AS n, CAST(NULL AS STRING) AS v FROM INFORMATION_SCHEMA.`TABLES` " +
                        "WHERE TABLE_TYPE <> 'SYSTEM TABLE' UNION ALL " +
                        "SELECT 'O', OPTION_KEY, OPTION_VALUE FROM INFORMATION_SCHEMA.TABLE_OPTIONS",
                )
            ).rows,
        ).toEqual([
            ["T", "orders", null],
            ["O", "changelog.mode", "append"],
        ]);
        expect((await run("CREATE TABLE orders (id INT)")).detail).toContain("already exists");
        expect((await run("DROP TABLE orders")).phase).toBe("COMPLETED");
        expect((await run("DROP TABLE orders")).detail).toContain("does not exist");
        expect((await run("DROP TABLE IF EXISTS orders")).phase).toBe("COMPLETED");
        expect(
            (await run("SELECT 1 FROM INFORMATION_SCHEMA.`TABLES` WHERE TABLE_NAME = 'orders'")).rows,
        ).toEqual([]);
    });

    it("has the columns of CREATE TABLE AS with literals, and creates nothing in a dry run", async () => {
        await run("CREATE TABLE a AS SELECT 1 AS id, 'x' AS note", { "sql.snapshot.mode": "now" });
        await run("CREATE TABLE b (id INT)", { "sql.dry-run": "true" }).catch(() => undefined);
        expect(
            (await run("SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM INFORMATION_SCHEMA.`COLUMNS`")).rows,
        ).toEqual([
            ["a", "id", "INT"],
            ["a", "note", "CHAR"],
        ]);
    });

    it("reads another catalog by name or id, SELECT *, and conditions on NULL", async () => {
        const names = await run(
            "SELECT SCHEMA_NAME AS `s` FROM `env-def456`.`INFORMATION_SCHEMA`.`SCHEMATA`",
        );
        expect(names.rows).toEqual([["INFORMATION_SCHEMA"], ["cluster-def456"]]);
        const all = await run("SELECT * FROM `environment-def456`.INFORMATION_SCHEMA.CATALOGS LIMIT 1");
        expect([all.columns, all.rows]).toEqual([
            ["CATALOG_ID", "CATALOG_NAME"],
            [["env-abc123", "environment-abc123"]],
        ]);
        const systems = "SELECT 1 FROM INFORMATION_SCHEMA.`TABLES` WHERE DISTRIBUTION_BUCKETS IS";
        expect((await run(`${systems} NULL`)).rows.length).toBeGreaterThan(0);
        expect((await run(`${systems} NOT NULL`)).rows).toEqual([]);
    });

    it("fails an unsupported query, naming the unsupported part and what is supported", async () => {
        for (const [sql, what] of [
            ["SELECT COUNT(*) FROM INFORMATION_SCHEMA.`TABLES`", "COUNT"],
            ["SELECT 1 FROM INFORMATION_SCHEMA.`TABLES` GROUP BY TABLE_NAME", "GROUP"],
            ["SELECT 1 FROM INFORMATION_SCHEMA.NOPE", "NOPE"],
            ["SELECT nope FROM INFORMATION_SCHEMA.`TABLES`", "nope"],
        ] as const) {
            const { phase, detail } = await run(sql);
            expect([phase, detail]).toEqual(["FAILED", expect.stringContaining(what)]);
            expect(detail).toContain("UNION ALL");
        }
    });
});
