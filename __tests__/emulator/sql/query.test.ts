import { noCatalogs } from "../../../emulator/sql/catalogs";
import { readQuery } from "../../../emulator/sql/query";

describe("readQuery", () => {
    it("evaluates a select of literals", () => {
        const query = readQuery("SELECT 1, 'it''s' AS word, -1.50 price, TRUE AS `yes`, NULL; -- the end");
        expect(query).toMatchObject({ sqlKind: "SELECT", isBounded: true, touchesTopics: false });
        expect(query.rows).toEqual([["1", "it's", "-1.50", "TRUE", null]]);
        expect(query.columns.map(({ name, type }) => [name, type.type])).toEqual([
            ["EXPR$0", "INTEGER"],
            ["word", "CHAR"],
            ["price", "DECIMAL"],
            ["yes", "BOOLEAN"],
            ["EXPR$4", "NULL"],
        ]);
    });

    it.each([
        ["SELECT 1 UNION ALL SELECT 2", [["1"], ["2"]]],
        [
            "VALUES (1, 'a,b'), (2, '(c)')",
            [
                ["1", "a,b"],
                ["2", "(c)"],
            ],
        ],
        ["SELECT * FROM (VALUES (1), (2)) AS t(n)", [["1"], ["2"]]],
        ["/* two */ SELECT '--', '/*'", [["--", "/*"]]],
    ])("evaluates %s", (sql, rows) => {
        expect(readQuery(sql)).toMatchObject({ rows });
        expect(readQuery(sql).failure).toBeUndefined();
    });

    it("names the columns of VALUES by the table alias", () => {
        expect(
            readQuery("SELECT * FROM (VALUES (1, 'a')) t(id, name)").columns.map(({ name }) => name),
        ).toEqual(["id", "name"]);
    });

    it.each([
        ["SELECT UPPER('a')", "the function UPPER"],
        ["SELECT 1 UNION ALL SELECT 1, 2", "differ in length"],
        ["SELECT", "the end of the statement"],
        ["SELECT a", "the column 'a'"],
        ["SELECT 1 / 0", "a division by zero"],
        ["SELECT CAST(1 AS ARRAY<INT>)", "the type ARRAY"],
    ])("fails %s with the unsupported part, and says that Confluent Cloud may accept it", (sql, where) => {
        const { failure } = readQuery(sql);
        expect(failure).toContain(where);
        expect(failure).toContain("Confluent Cloud may accept this statement.");
    });

    const nowMs = Date.UTC(2026, 7, 1, 12, 30);
    it.each([
        ["1 + 2 * 3", "7", "INTEGER"],
        ["(1 + 2) * 3 - -1", "10", "INTEGER"],
        ["7 / 2", "3", "INTEGER"],
        ["7 % 2", "1", "INTEGER"],
        ["2147483647 + 1", "2147483648", "BIGINT"],
        ["1 + NULL", null, "INTEGER"],
        ["-1.50", "-1.50", "DECIMAL"],
        ["CAST(NULL AS INT)", null, "INTEGER"],
        ["CAST('a' AS VARCHAR(10))", "a", "VARCHAR"],
        ["cast(1 as double)", "1", "DOUBLE"],
        ["DATE '2026-08-01'", "2026-08-01", "DATE"],
        ["TIMESTAMP '2026-08-01 00:00:00.123'", "2026-08-01 00:00:00.123", "TIMESTAMP_WITHOUT_TIME_ZONE"],
        ["CURRENT_DATE", "2026-08-01", "DATE"],
        ["CURRENT_TIMESTAMP", "2026-08-01 12:30:00.000", "TIMESTAMP_WITH_LOCAL_TIME_ZONE"],
        ["NOW()", "2026-08-01 12:30:00.000", "TIMESTAMP_WITH_LOCAL_TIME_ZONE"],
    ])("evaluates %s", (expression, value, type) => {
        const { rows, columns, failure } = readQuery(`SELECT ${expression} AS x`, { nowMs });
        expect([failure, rows, columns[0]?.name, columns[0]?.type.type]).toEqual([
            undefined,
            [[value]],
            "x",
            type,
        ]);
    });

    it.each([
        ["SELECT * FROM orders", "SELECT", false, true],
        ["select a from `orders` where b = 'FROM x'", "SELECT", false, true],
        ["WITH t AS (SELECT 1) SELECT * FROM t", "SELECT", false, true],
        ["INSERT INTO sink SELECT 1", "INSERT_INTO", false, true],
        ["INSERT INTO sink (a) VALUES (1)", "INSERT_INTO", true, true],
        ["CREATE TABLE t (a INT)", "CREATE_TABLE", true, false],
        ["CREATE OR REPLACE TABLE t AS SELECT * FROM s", "CREATE_TABLE_AS", false, true],
        ["CREATE TABLE t WITH ('a' = 'b') AS SELECT 1", "CREATE_TABLE_AS", false, true],
        ["create table `t` as (select a from s);", "CREATE_TABLE_AS", false, true],
        ["SELECT TABLE_NAME FROM INFORMATION_SCHEMA.`TABLES` WHERE A = 'FROM x'", "SELECT", true, false],
        ["SELECT 1 FROM `env-abc123`.`INFORMATION_SCHEMA`.`SCHEMATA`", "SELECT", true, false],
        ["SELECT 1 FROM INFORMATION_SCHEMA.`TABLES` UNION ALL SELECT a FROM orders", "SELECT", false, true],
        ["EXPLAIN SELECT 1", "EXPLAIN", true, false],
        ["DESC t", "DESCRIBE", true, false],
        ["DESCRIBE t", "DESCRIBE", true, false],
        ["SHOW TABLES", "SHOW_TABLES", true, false],
        ["SELECT ' FROM t'", "SELECT", true, false],
    ])("reads %s as %s", (sql, sqlKind, isBounded, touchesTopics) => {
        expect(readQuery(sql)).toMatchObject({ sqlKind, isBounded, touchesTopics });
    });

    it.each(["SELECT * FROM orders", "CREATE TABLE t AS SELECT * FROM orders"])(
        "ends %s in snapshot mode only",
        (sql) => {
            expect([readQuery(sql).isBounded, readQuery(sql, { isSnapshot: true }).isBounded]).toEqual([
                false,
                true,
            ]);
        },
    );

    it("keeps an INSERT unbounded in snapshot mode", () => {
        expect(readQuery("INSERT INTO sink SELECT * FROM s", { isSnapshot: true }).isBounded).toBe(false);
    });

    it.each([
        ["SELECT * FROM orders", true],
        ["SELECT a, COUNT(*) FROM orders GROUP BY a", false],
        ["SELECT DISTINCT a FROM orders", false],
        ["SELECT * FROM a LEFT JOIN b ON a.x = b.x", false],
        [
            "SELECT a, COUNT(*) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(t), INTERVAL '1' HOUR)) GROUP BY a",
            true,
        ],
        ["SELECT 'GROUP BY' AS a FROM orders", true],
    ])("knows whether the rows of %s are only added: %s", (sql, isAppendOnly) => {
        expect(readQuery(sql).isAppendOnly).toBe(isAppendOnly);
    });

    it("needs no table for a query on INFORMATION_SCHEMA", () => {
        expect(readQuery("SELECT 1 FROM INFORMATION_SCHEMA.`TABLES`").tables.read).toEqual([]);
    });

    it("lists the catalogs that are passed to it", () => {
        const query = readQuery("SHOW CATALOGS;", {
            catalogs: { ...noCatalogs, catalogs: [{ name: "dev", id: "env-abc123" }] },
        });
        expect([query.rows, query.columns]).toEqual([
            [["dev", "env-abc123"]],
            [
                expect.objectContaining({ name: "Catalog Name" }),
                expect.objectContaining({ name: "Catalog ID" }),
            ],
        ]);
    });

    it("fails a text that is not SQL, naming its first word", () => {
        expect(readQuery("SELEKT 1").failure).toContain('"SELEKT"');
    });

    it("stays fast on a long hostile statement", () => {
        const startedAt = performance.now();
        readQuery(`SELECT ${"'a' ".repeat(20_000)}`);
        readQuery(`SELECT ${"(".repeat(100_000)}`);
        expect(performance.now() - startedAt).toBeLessThan(2000);
    });
});
