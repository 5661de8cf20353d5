import type { DataTypeBody } from "../schemas";
import { readTables, type Tables } from "./tables";

/** What the emulator understands of a SQL statement. It runs none: it only evaluates rows of literals. */
export interface Query {
    /** `SELECT`, `INSERT_INTO`, `CREATE_TABLE`, … */
    sqlKind: string;
    /** Ends by itself. */
    isBounded: boolean;
    /** Its rows are only ever added, never changed or taken back. */
    isAppendOnly: boolean;
    /** Reads or writes a table, that is a Kafka topic. */
    touchesTopics: boolean;
    /** Which. */
    tables: Tables;
    columns: readonly { name: string; type: DataTypeBody }[];
    rows: readonly (readonly (string | null)[])[];
    /** Why the statement fails; absent when it does not. */
    failure?: string;
}

interface Literal {
    value: string | null;
    type: DataTypeBody;
}

const ONE_SHOT =
    /^(CREATE|ALTER|DROP|DESCRIBE|DESC|SHOW|USE|SET|RESET|EXPLAIN|CALL|ANALYZE)\b\s*(?:OR\s+REPLACE\s+)?([A-Z]*)/i;

export interface QuerySettings {
    /** `sql.snapshot.mode` is `now`: it reads what is there, and ends. @default false */
    isSnapshot?: boolean;
    /** What SHOW CATALOGS lists: the environments. @default none */
    catalogs?: readonly { name: string; id: string }[];
}

/**
 * Reads a statement: its kind, whether it ends, the topics it touches, and the rows of a literal query.
 */
export function readQuery(
    statement: string,
    { isSnapshot = false, catalogs = [] }: QuerySettings = {},
): Query {
    const sql = withoutComments(statement).trim().replace(/;\s*$/, "").trim();
    const bare = sql.replace(/'(?:[^']|'')*'/g, "''");
    if (/^SHOW\s+CATALOGS$/i.test(bare)) {
        return {
            ...NO_TABLES,
            sqlKind: "SHOW_CATALOGS",
            columns: CATALOG_COLUMNS,
            rows: catalogs.map(({ name, id }) => [name, id]),
        };
    }
    if (/^(SELECT|WITH)\b/i.test(bare) && isAboutSchema(bare)) {
        // There are no databases or tables, so it ends without rows. It reads no topic, and needs no role on one.
        return { ...NO_TABLES, sqlKind: "SELECT", columns: [], rows: [] };
    }
    const read = readKind(sql, bare);
    const isBounded = read.isBounded || (isSnapshot && SNAPSHOTS.includes(read.sqlKind));
    return { ...read, isBounded, isAppendOnly: isBounded || !changesRows(bare), tables: readTables(bare) };
}

const NO_TABLES = {
    isBounded: true,
    isAppendOnly: true,
    touchesTopics: false,
    tables: { read: [], write: [], manage: [] },
};

const TEXT: DataTypeBody = { type: "VARCHAR", nullable: true, length: 2_147_483_647 };
const CATALOG_COLUMNS = [
    { name: "catalog name", type: TEXT },
    { name: "catalog id", type: TEXT },
];

/** Whether every table that is read is one of INFORMATION_SCHEMA. */
function isAboutSchema(bare: string): boolean {
    const sources = [...bare.matchAll(/\b(?:FROM|JOIN)\s+([^\s(),;]+)/gi)].map((match) => match[1] ?? "");
    return sources.length > 0 && sources.every((name) => /(^|\.)`?INFORMATION_SCHEMA`?\./i.test(name));
}

/** What snapshot mode turns from endless to bounded. */
const SNAPSHOTS: readonly string[] = ["SELECT", "CREATE_TABLE_AS"];

/** A stream of groups, of distinct rows or of outer joins takes rows back; over a time window it does not. */
function changesRows(bare: string): boolean {
    return (
        /\b(GROUP\s+BY|DISTINCT|(COUNT|SUM|AVG|MIN|MAX)\s*\(|(LEFT|RIGHT|FULL)\s+(OUTER\s+)?JOIN)/i.test(
            bare,
        ) && !/\b(TUMBLE|HOP|CUMULATE|SESSION)\s*\(/i.test(bare)
    );
}

type Kind = Omit<Query, "tables" | "isAppendOnly">;

function readKind(sql: string, bare: string): Kind {
    const oneShot = ONE_SHOT.exec(bare);
    if (oneShot !== null) {
        const [, verb = "", object = ""] = oneShot;
        if (
            /^CREATE\b/i.test(verb) &&
            /^TABLE$/i.test(object) &&
            /\bAS\s*\(?\s*(SELECT|WITH)\b/i.test(bare)
        ) {
            return {
                sqlKind: "CREATE_TABLE_AS",
                isBounded: false,
                touchesTopics: true,
                columns: [],
                rows: [],
            };
        }
        const alone = /^(EXPLAIN|DESC(?:RIBE)?)$/i.exec(verb)?.[1]?.toUpperCase();
        if (alone !== undefined) {
            const sqlKind = alone === "DESC" ? "DESCRIBE" : alone;
            return { sqlKind, isBounded: true, touchesTopics: readsTable(bare), columns: [], rows: [] };
        }
        const sqlKind = `${verb}${object === "" ? "" : `_${object}`}`.toUpperCase();
        return { sqlKind, isBounded: true, touchesTopics: readsTable(bare), columns: [], rows: [] };
    }
    if (/^(INSERT\s+INTO|EXECUTE\s+STATEMENT\s+SET)\b/i.test(bare)) {
        const isBounded = /^INSERT\s+INTO\s+\S+\s*(?:\([^)]*\)\s*)?VALUES\b/i.test(bare);
        return { sqlKind: "INSERT_INTO", isBounded, touchesTopics: true, columns: [], rows: [] };
    }
    if (/^(SELECT|WITH|VALUES)\b/i.test(bare)) {
        if (readsTable(bare)) {
            return { sqlKind: "SELECT", isBounded: false, touchesTopics: true, columns: [], rows: [] };
        }
        return literalQuery(sql);
    }
    return failed(
        "UNKNOWN",
        `SQL parse failed. Encountered "${bare.split(/\s/)[0] ?? ""}" at line 1, column 1.`,
    );
}

function readsTable(bare: string): boolean {
    return /\b(FROM|JOIN)\s+[^\s(]/i.test(bare);
}

function failed(sqlKind: string, failure: string): Kind {
    return { sqlKind, isBounded: true, touchesTopics: false, columns: [], rows: [], failure };
}

/** `SELECT 1 AS one UNION ALL SELECT 2`, `VALUES (1, 'a')`, `SELECT * FROM (VALUES (1), (2)) AS t(n)`. */
function literalQuery(sql: string): Kind {
    const fromValues =
        /^SELECT\s+\*\s+FROM\s*\(\s*(VALUES\b[\s\S]*?)\)\s*(?:(?:AS\s+)?\w+\s*(?:\(([^()]*)\))?)?$/i.exec(
            sql,
        );
    const names = fromValues?.[2]?.split(",").map((name) => name.trim().replaceAll("`", ""));
    const values = /^VALUES\b([\s\S]*)$/i.exec(fromValues?.[1] ?? sql);
    const tuples =
        values === null
            ? splitOutside(sql, /^\s+UNION\s+ALL\s+/i).map((select) => select.replace(/^\s*SELECT\b/i, ""))
            : splitOutside(values[1] ?? "", /^,/).map(
                  (tuple) => /^\s*\(([\s\S]*)\)\s*$/.exec(tuple)?.[1] ?? "",
              );
    const rows = tuples.map((tuple) => splitOutside(tuple, /^,/).map(readColumn));
    const [first] = rows;
    if (first === undefined || rows.some((row) => row.length !== first.length || row.includes(undefined))) {
        return failed(
            "SELECT",
            "The emulator runs no SQL. It evaluates literals only: numbers, strings, booleans and NULL. Confluent Cloud may accept this statement.",
        );
    }
    return {
        sqlKind: "SELECT",
        isBounded: true,
        touchesTopics: false,
        columns: first.map((column, index) => ({
            name: names?.[index] ?? column?.name ?? `EXPR$${index}`,
            type: column?.literal.type ?? { type: "NULL", nullable: true },
        })),
        rows: rows.map((row) => row.map((column) => column?.literal.value ?? null)),
    };
}

function readColumn(text: string): { name: string | undefined; literal: Literal } | undefined {
    const match = /^\s*('(?:[^']|'')*'|[^\s']+)(?:\s+(?:AS\s+)?(`[^`]+`|\w+))?\s*$/i.exec(text);
    const literal = match?.[1] === undefined ? undefined : readLiteral(match[1]);
    return literal && { name: match?.[2]?.replaceAll("`", ""), literal };
}

function readLiteral(text: string): Literal | undefined {
    if (text.startsWith("'")) {
        const value = text.slice(1, -1).replaceAll("''", "'");
        return { value, type: { type: "CHAR", nullable: false, length: value.length } };
    }
    if (/^[+-]?\d+$/.test(text)) {
        return { value: String(BigInt(text.replace("+", ""))), type: { type: "INTEGER", nullable: false } };
    }
    if (/^[+-]?\d*\.\d+$/.test(text)) {
        const digits = text.replace(/\D/g, "").length;
        const scale = text.length - text.indexOf(".") - 1;
        return { value: text, type: { type: "DECIMAL", nullable: false, precision: digits, scale } };
    }
    if (/^(true|false)$/i.test(text)) {
        return { value: text.toUpperCase(), type: { type: "BOOLEAN", nullable: false } };
    }
    return /^null$/i.test(text) ? { value: null, type: { type: "NULL", nullable: true } } : undefined;
}

/** Splits at a separator that is neither in a string nor in parentheses. */
function splitOutside(text: string, separator: RegExp): string[] {
    const parts: string[] = [];
    let part = "";
    let depth = 0;
    for (let index = 0; index < text.length; ) {
        const rest = text.slice(index);
        const found = depth === 0 ? separator.exec(rest) : null;
        if (found !== null) {
            parts.push(part);
            part = "";
            index += found[0].length;
            continue;
        }
        const token = /^'(?:[^']|'')*'/.exec(rest)?.[0] ?? rest.charAt(0);
        depth += token === "(" ? 1 : token === ")" ? -1 : 0;
        part += token;
        index += token.length;
    }
    return [...parts, part];
}

/** Leaves strings alone, where `--` and `/*` mean nothing. */
function withoutComments(sql: string): string {
    return sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (text) =>
        text.startsWith("'") ? text : " ",
    );
}
