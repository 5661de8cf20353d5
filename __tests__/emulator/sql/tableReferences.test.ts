import { readTableReferences } from "../../../emulator/sql/tableReferences";
import { shapeOf, tokenize } from "../../../emulator/sql/tokenReader";

describe("readTableReferences", () => {
    it.each([
        ["SELECT * FROM orders", ["orders"], [], []],
        [
            "SELECT * FROM `env`.`cluster`.`orders-v1` o JOIN users u ON o.id = u.id",
            ["orders-v1", "users"],
            [],
            [],
        ],
        ["INSERT INTO totals SELECT * FROM orders", ["orders"], ["totals"], []],
        ["INSERT INTO `c`.`d`.totals (a) VALUES (1)", [], ["totals"], []],
        [
            "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT * FROM b; INSERT INTO c SELECT * FROM b; END",
            ["b"],
            ["a", "c"],
            [],
        ],
        ["CREATE TABLE IF NOT EXISTS totals (a INT)", [], [], ["totals"]],
        ["CREATE OR REPLACE TABLE totals AS SELECT * FROM orders", ["orders"], ["totals"], ["totals"]],
        ["DROP TABLE totals", [], [], ["totals"]],
        ["ALTER TABLE d.totals ADD (b INT)", [], [], ["totals"]],
        [
            "WITH t AS (SELECT * FROM orders), s AS (SELECT 1) SELECT * FROM t JOIN s ON TRUE",
            ["orders"],
            [],
            [],
        ],
        ["SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(at), INTERVAL '' MINUTE))", ["orders"], [], []],
        ["SELECT 1", [], [], []],
        ["SHOW TABLES", [], [], []],
    ])("finds the tables that %s reads, writes and manages", (sql, read, write, manage) => {
        expect(readTableReferences(shapeOf(tokenize(sql)))).toEqual({ read, write, manage });
    });
});
