import type { DataTypeBody } from "../schemas";
import { type Catalogs, noCatalogs } from "./catalogs";
import { type ConnectionDdl, readConnectionDdl } from "./connectionDdl";
import { type Cell, readExpression } from "./expression";
import { queryInformationSchema } from "./informationSchema";
import { showCatalogs } from "./showCatalogs";
import { readTableDdl, type TableDdl } from "./tableDdl";
import { readTableReferences, type TableReferences } from "./tableReferences";
import { TokenReader, tokenize, UnsupportedSql } from "./tokenReader";

/** What the emulator reads out of a SQL statement. It runs no SQL: it only evaluates rows of literals. */
export interface Query {
    /** `SELECT`, `INSERT_INTO`, `CREATE_TABLE`, … */
    sqlKind: string;
    /** Whether it ends by itself. */
    isBounded: boolean;
    /** Whether it only adds rows to its result, and never changes or retracts any. */
    isAppendOnly: boolean;
    /** Whether it reads or writes a table, that is, a Kafka topic. */
    touchesTopics: boolean;
    /** The tables that it names. */
    tables: TableReferences;
    columns: readonly { name: string; type: DataTypeBody }[];
    rows: readonly (readonly (string | null)[])[];
    /** The table or view that it creates or drops. */
    ddl?: TableDdl;
    /** The connection that it creates, changes or drops. */
    connection?: ConnectionDdl;
    /** Why the statement fails; undefined when it succeeds. */
    failure?: string;
}

const oneShotStatement =
    /^(CREATE|ALTER|DROP|DESCRIBE|DESC|SHOW|USE|SET|RESET|EXPLAIN|CALL|ANALYZE)\b\s*(?:OR\s+(?:REPLACE|ALTER)\s+)?((?:MATERIALIZED\s+|CREATE\s+)?[A-Z]*)/i;

export interface QuerySettings {
    /** Whether `sql.snapshot.mode` is `now`: the statement reads the present rows and ends. @default false */
    isSnapshot?: boolean;
    /** What SHOW and INFORMATION_SCHEMA read. @default none */
    catalogs?: Catalogs;
    /** The value of CURRENT_TIMESTAMP, in milliseconds since the epoch. @default 0 */
    nowMs?: number;
}

/**
 * Reads a statement: its kind, whether it ends, the topics that it uses, the table that it creates or drops, and the rows of
 * a query on literals or catalogs.
 */
export function readQuery(
    statement: string,
    { isSnapshot = false, catalogs = noCatalogs, nowMs = 0 }: QuerySettings = {},
): Query {
    const sql = withoutComments(statement).trim().replace(/;\s*$/, "").trim();
    const bare = sql.replace(/'(?:[^']|'')*'/g, "''");
    const shown = /^SHOW\s+([\s\S]+)$/i.exec(bare)?.[1];
    const rows = shown === undefined ? undefined : showCatalogs(shown, catalogs);
    if (shown !== undefined && rows !== undefined) {
        return { ...noTables, sqlKind: `SHOW_${shown.toUpperCase().replace(/\s+/g, "_")}`, ...rows };
    }
    if (/^(SELECT|WITH)\b/i.test(bare) && isAboutSchema(bare)) {
        // INFORMATION_SCHEMA is not a topic and needs no role on one.
        return { ...noTables, sqlKind: "SELECT", ...readSchemaQuery(sql, catalogs, nowMs) };
    }
    const read = readKind(sql, bare, nowMs);
    const isBounded = read.isBounded || (isSnapshot && snapshots.includes(read.sqlKind));
    const ddl = readTableDdl(sql);
    const connection = readConnectionDdl(sql);
    return {
        ...read,
        isBounded,
        isAppendOnly: isBounded || !changesRows(bare),
        tables: readTableReferences(bare),
        ...(ddl === undefined ? {} : { ddl: withColumns(ddl, nowMs) }),
        ...(connection === undefined ? {} : { connection }),
    };
}

const noTables = {
    isBounded: true,
    isAppendOnly: true,
    touchesTopics: false,
    tables: { read: [], write: [], manage: [] },
};

function readSchemaQuery(
    sql: string,
    catalogs: Catalogs,
    nowMs: number,
): Pick<Query, "columns" | "rows" | "failure"> {
    try {
        return queryInformationSchema(sql, catalogs, nowMs);
    } catch (error) {
        if (!(error instanceof UnsupportedSql)) throw error;
        return {
            columns: [],
            rows: [],
            failure: `In queries on INFORMATION_SCHEMA the emulator supports SELECT, WHERE with =, <>, IS NULL, AND and OR, and UNION ALL, not ${error.message}.`,
        };
    }
}

/** Adds the columns of CREATE … AS with literals. The emulator does not know the columns of other queries. */
function withColumns(ddl: TableDdl, nowMs: number): TableDdl {
    if (ddl.query === undefined || ddl.columns.length > 0) return ddl;
    const { columns } = /^(SELECT|VALUES)\b/i.test(ddl.query)
        ? literalQuery(ddl.query, nowMs)
        : { columns: [] };
    return { ...ddl, columns };
}

/** Whether every table in FROM and JOIN belongs to INFORMATION_SCHEMA. */
function isAboutSchema(bare: string): boolean {
    const sources = [...bare.matchAll(/\b(?:FROM|JOIN)\s+([^\s(),;]+)/gi)].map((match) => match[1] ?? "");
    return sources.length > 0 && sources.every((name) => /(^|\.)`?INFORMATION_SCHEMA`?\./i.test(name));
}

/** The statements that are bounded in snapshot mode. */
const snapshots: readonly string[] = ["SELECT", "CREATE_TABLE_AS"];

/** Grouping, DISTINCT and outer joins over a stream retract rows, unless they work on a time window. */
function changesRows(bare: string): boolean {
    return (
        /\b(GROUP\s+BY|DISTINCT|(COUNT|SUM|AVG|MIN|MAX)\s*\(|(LEFT|RIGHT|FULL)\s+(OUTER\s+)?JOIN)/i.test(
            bare,
        ) && !/\b(TUMBLE|HOP|CUMULATE|SESSION)\s*\(/i.test(bare)
    );
}

type Kind = Omit<Query, "tables" | "isAppendOnly" | "ddl" | "connection">;

function readKind(sql: string, bare: string, nowMs: number): Kind {
    const oneShot = oneShotStatement.exec(bare);
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
        const sqlKind = `${verb} ${object}`.trim().toUpperCase().replace(/\s+/g, "_");
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
        return literalQuery(sql, nowMs);
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
function literalQuery(sql: string, nowMs: number): Kind {
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
    let rows: SelectItem[][];
    try {
        rows = tuples.map((tuple) => splitOutside(tuple, /^,/).map((item) => readItem(item, nowMs)));
    } catch (error) {
        if (!(error instanceof UnsupportedSql)) throw error;
        return failed("SELECT", `${sqlLimits} Not supported: ${error.message}. ${mayBeValid}`);
    }
    const [first] = rows;
    if (first === undefined || rows.some((row) => row.length !== first.length)) {
        return failed("SELECT", `${sqlLimits} The rows differ in length. ${mayBeValid}`);
    }
    return {
        sqlKind: "SELECT",
        isBounded: true,
        touchesTopics: false,
        columns: first.map(({ name, cell }, index) => ({
            name: names?.[index] ?? name ?? `EXPR$${index}`,
            type: cell.type,
        })),
        rows: rows.map((row) => row.map(({ cell }) => cell.value)),
    };
}

const sqlLimits =
    "The emulator runs no SQL. It evaluates literals, CAST and whole-number arithmetic only: numbers, strings, booleans, dates and NULL.";
const mayBeValid = "Confluent Cloud may accept this statement.";

interface SelectItem {
    name: string | undefined;
    cell: Cell;
}

/** `1 + 1 AS two` */
function readItem(text: string, nowMs: number): SelectItem {
    const reader = new TokenReader(tokenize(text));
    const cell = readExpression(reader)({ nowMs });
    const name = reader.take("AS") || !reader.atEnd ? reader.name() : undefined;
    if (!reader.atEnd) throw new UnsupportedSql(`'${reader.peek()?.text}'`);
    return { name, cell };
}

/** Splits at separators outside strings and parentheses. */
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

/** Strings stay as they are: `--` and `/*` in them are no comments. */
function withoutComments(sql: string): string {
    return sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (text) =>
        text.startsWith("'") ? text : " ",
    );
}
