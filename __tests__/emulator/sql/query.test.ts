import type { Catalogs } from "../../../emulator/sql/catalogs";
import { type QuerySettings, readQuery as read } from "../../../emulator/sql/query";

const noCatalogs: Catalogs = {
    catalogs: [],
    databases: [],
    relations: [],
    connections: [],
    currentCatalogId: "",
    currentDatabase: undefined,
};

function readQuery(statement: string, settings: Partial<QuerySettings> = {}) {
    return read(statement, { catalogs: noCatalogs, nowMs: 0, ...settings });
}

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
        ["SELECT CAST(1 AS ARRAY<INT>)", "CAST to ARRAY"],
        ["SELECT 1 FROM (VALUES (1)) a JOIN (VALUES (1)) b", "'JOIN'"],
        ["SELECT * FROM (VALUES (1)) AS t(n) ORDER BY n", "'ORDER'"],
        ["SELECT SUM(x) FROM (VALUES ('a')) AS t(x)", "SUM of other than whole numbers"],
        ["SELECT INTERVAL '1' DECADE", "the interval unit DECADE"],
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
        ["1 < 2 AND NOT 'a' = 'b' OR NULL", "TRUE", "BOOLEAN"],
        ["NULL = 1", null, "BOOLEAN"],
        ["10 > 9", "TRUE", "BOOLEAN"],
        ["2 NOT IN (1, 3)", "TRUE", "BOOLEAN"],
        ["NULL IS NULL", "TRUE", "BOOLEAN"],
        ["COALESCE(CAST(NULL AS INT), 5)", "5", "INTEGER"],
        ["ARRAY[ARRAY[1, 2], ARRAY[3]]", [["1", "2"], ["3"]], "ARRAY"],
        [
            "MAP['a', 1, 'b', NULL]",
            [
                ["a", "1"],
                ["b", null],
            ],
            "MAP",
        ],
        ["ROW(1, 'a')", ["1", "a"], "ROW"],
        ["CAST(NULL AS ROW<a INT, b MAP<STRING, ARRAY<INT>>>)", null, "ROW"],
        ["CAST(NULL AS MULTISET<STRING>)", null, "MULTISET"],
        ["x'0102'", "x'0102'", "VARBINARY"],
        ["INTERVAL '2 04:15:20' DAY TO SECOND", "+2 04:15:20.000", "INTERVAL_DAY_TIME"],
        ["INTERVAL '-23:00:00.123456' HOUR TO SECOND(6)", "-0 23:00:00.123", "INTERVAL_DAY_TIME"],
        ["INTERVAL '-0-4' YEAR TO MONTH", "-0-04", "INTERVAL_YEAR_MONTH"],
        ["CAST(NULL AS INTERVAL DAY TO SECOND)", null, "INTERVAL_DAY_TIME"],
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
        ["WITH t AS (SELECT 1) SELECT * FROM t", "SELECT", true, false],
        ["WITH t AS (SELECT a FROM s) SELECT * FROM t", "SELECT", false, true],
        ["CREATE OR ALTER MATERIALIZED TABLE t AS SELECT 1", "CREATE_MATERIALIZED_TABLE", true, false],
        ["SHOW CREATE TABLE t", "SHOW_CREATE_TABLE", true, false],
        ["CREATE CONNECTION c WITH ('type' = 'x')", "CREATE_CONNECTION", true, false],
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

    const people = {
        ...noCatalogs,
        catalogs: [{ id: "env-abc123", name: "environment" }],
        databases: [{ id: "lkc-abc123", displayName: "cluster", environmentId: "env-abc123" }],
        currentCatalogId: "env-abc123",
        currentDatabase: "cluster",
        relations: ["people", "nobody"].map((name) => ({
            id: `lkc-abc123/${name}`,
            environmentId: "env-abc123",
            databaseId: "lkc-abc123",
            name,
            kind: "BASE TABLE" as const,
            columns: [
                { name: "id", type: { type: "BIGINT", nullable: false } },
                { name: "city", type: { type: "VARCHAR", nullable: true, length: 10 } },
            ],
            rows:
                name === "nobody"
                    ? []
                    : [
                          ["1", "Ulm"],
                          ["2", "Bern"],
                          ["3", "Ulm"],
                          ["4", null],
                      ],
            options: {},
        })),
    };

    it.each([
        [
            "SELECT * FROM people WHERE id >= 3",
            [
                ["3", "Ulm"],
                ["4", null],
            ],
        ],
        ["SELECT p.city FROM cluster.people AS p WHERE p.city IS NOT NULL LIMIT 1", [["Ulm"]]],
        ["SELECT COUNT(*), COUNT(city), MIN(id), MAX(id), SUM(id) FROM people", [["4", "3", "1", "4", "10"]]],
        ["SELECT COUNT(*), MAX(id) FROM nobody", [["0", null]]],
        ["SELECT city, COUNT(*) AS n FROM people GROUP BY city HAVING COUNT(*) > 1", [["Ulm", "2"]]],
        ["SELECT city FROM nobody GROUP BY city", []],
        [
            "SELECT id % 2 AS odd, COUNT(*) FROM people GROUP BY id % 2",
            [
                ["1", "2"],
                ["0", "2"],
            ],
        ],
        [
            "SELECT x + 1 FROM (SELECT id AS x FROM people WHERE id = 1) t UNION ALL VALUES (7)",
            [["2"], ["7"]],
        ],
        ["WITH ulm AS (SELECT * FROM people WHERE city = 'Ulm') SELECT COUNT(*) FROM ulm", [["2"]]],
        [
            "SELECT COLLECT(city) FROM people",
            [
                [
                    [
                        ["Ulm", "2"],
                        ["Bern", "1"],
                    ],
                ],
            ],
        ],
    ])("evaluates %s in snapshot mode", (sql, rows) => {
        const query = readQuery(sql, { catalogs: people, isSnapshot: true });
        expect([query.failure, query.rows, query.isBounded]).toEqual([undefined, rows, true]);
    });

    it("knows the columns of a query without rows, and whether they can be NULL", () => {
        const sql =
            "SELECT * FROM (SELECT id, city, 'x' AS letter, COUNT(*) AS n FROM people GROUP BY id, city) WHERE FALSE";
        const { rows, columns } = readQuery(sql, { catalogs: people, isSnapshot: true });
        expect(rows).toEqual([]);
        expect(columns.map(({ name, type }) => [name, type.type, type.nullable])).toEqual([
            ["id", "BIGINT", false],
            ["city", "VARCHAR", true],
            ["letter", "CHAR", false],
            ["n", "BIGINT", false],
        ]);
        const literal = readQuery("SELECT 42 AS answer FROM INFORMATION_SCHEMA.`TABLES`", {
            catalogs: people,
        });
        expect(literal.columns).toEqual([{ name: "answer", type: { type: "INTEGER", nullable: false } }]);
    });

    it("gives CREATE TABLE AS the columns and rows of its query, and INSERT the rows of its own", () => {
        const ddl = readQuery("CREATE TABLE t AS SELECT id FROM people WHERE id < 3", {
            catalogs: people,
        }).ddl;
        expect(ddl).toMatchObject({ columns: [{ name: "id" }], rows: [["1"], ["2"]] });
        // dbt writes parentheses.
        const inParentheses = "create table t as ( select id from `env-abc123`.`cluster`.`people` );";
        expect(readQuery(inParentheses, { catalogs: people }).ddl?.columns).toMatchObject([{ name: "id" }]);
        expect(readQuery("CREATE VIEW v AS SELECT id FROM people", { catalogs: people }).ddl).toMatchObject({
            columns: [{ name: "id" }],
            rows: [],
        });
        expect(readQuery("INSERT INTO t (b, a) VALUES (1, 'x'), (2, 'y')").inserts).toEqual({
            path: ["t"],
            columns: ["b", "a"],
            rows: [
                ["1", "x"],
                ["2", "y"],
            ],
        });
    });

    it("emits the changes of a grouped stream as its rows arrive, and no count of an empty table", () => {
        const read = (sql: string) => readQuery(sql, { catalogs: people });
        const query = read("SELECT city, COUNT(*) AS n FROM people GROUP BY city");
        expect(query).toMatchObject({ isBounded: false, isAppendOnly: false, keys: [0] });
        expect(query.changes).toEqual([
            { op: 0, row: ["Ulm", "1"] },
            { op: 0, row: ["Bern", "1"] },
            { op: 1, row: ["Ulm", "1"] },
            { op: 2, row: ["Ulm", "2"] },
            { op: 0, row: [null, "1"] },
        ]);
        expect(read("SELECT COUNT(*) FROM nobody").changes).toEqual([]);
        expect(read("SELECT id FROM people").changes).toBeUndefined();
    });

    it("emits the result alone of a grouped stream over many rows, and stays fast", () => {
        const [first] = people.relations;
        const rows = Array.from({ length: 10_000 }, (_, index) => [String(index), `city ${index % 7}`]);
        const catalogs = { ...people, relations: first === undefined ? [] : [{ ...first, rows }] };
        const startedAt = performance.now();
        const { changes } = readQuery("SELECT city, COUNT(*) FROM people GROUP BY city", { catalogs });
        expect(changes).toHaveLength(7);
        expect(performance.now() - startedAt).toBeLessThan(2000);
    });

    it("runs a stream that it cannot evaluate without rows, and fails it where rows are expected", () => {
        const join = "SELECT * FROM people a JOIN people b ON a.id = b.id";
        expect(readQuery(join, { catalogs: people })).toMatchObject({
            isBounded: false,
            rows: [],
            columns: [],
        });
        expect(readQuery(join, { catalogs: people, isSnapshot: true }).failure).toContain(
            "Not supported: 'JOIN'",
        );
        const unknown = readQuery("SELECT * FROM orders", { catalogs: people, isSnapshot: true });
        expect([unknown.failure, unknown.rows]).toEqual([undefined, []]);
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
