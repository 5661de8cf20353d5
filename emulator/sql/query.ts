import type { DataTypeBody } from "../schemas";
import { type Catalogs, noCatalogs, type Value } from "./catalogs";
import { type ConnectionDdl, readConnectionDdl } from "./connectionDdl";
import { readSchemaView } from "./schemaViews";
import {
    changelog,
    evaluateQuery,
    type QuerySource,
    type RowChange,
    type Table,
    UnknownTable,
} from "./select";
import { showCatalogs } from "./showCatalogs";
import { readTableDdl, type TableDdl } from "./tableDdl";
import { readTableReferences, type TableReferences } from "./tableReferences";
import { TokenReader, tokenize, UnsupportedSql } from "./tokenReader";

/** What the emulator reads out of a SQL statement. It evaluates only simple queries. */
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
    rows: readonly (readonly Value[])[];
    /** Where it groups rows: the columns that identify a group. */
    keys?: readonly number[];
    /** What a stream of it emits, where it groups rows. */
    changes?: readonly RowChange[];
    /** The rows that it adds to a table. */
    inserts?: { path: readonly string[]; columns: readonly string[]; rows: Query["rows"] };
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
 * Reads a statement: its kind, whether it ends, the topics that it uses, the table or connection that it creates or drops, and the
 * columns and rows of a query that the emulator can evaluate.
 */
export function readQuery(statement: string, settings: QuerySettings = {}): Query {
    const { isSnapshot = false, catalogs = noCatalogs } = settings;
    const sql = withoutComments(statement).trim().replace(/;\s*$/, "").trim();
    const bare = sql.replace(/'(?:[^']|'')*'/g, "''");
    const shown = /^SHOW\s+([\s\S]+)$/i.exec(bare)?.[1];
    const rows = shown === undefined ? undefined : showCatalogs(shown, catalogs);
    if (shown !== undefined && rows !== undefined)
        return { ...noTables, sqlKind: `SHOW_${shown.toUpperCase().replace(/\s+/g, "_")}`, ...rows };
    const source = querySource(settings);
    if (/^(SELECT|WITH)\b/i.test(bare) && isAboutSchema(bare)) {
        // INFORMATION_SCHEMA is not a topic and needs no role on one.
        const { keys, ...result } = evaluateOrFail(sql, source, isSnapshot);
        const grouping = "COUNT, SUM, MIN, MAX, COLLECT and GROUP BY on INFORMATION_SCHEMA";
        return {
            ...noTables,
            sqlKind: "SELECT",
            ...(keys === undefined ? result : { columns: [], rows: [], failure: unsupported(grouping) }),
        };
    }
    const tables = readTableReferences(bare);
    const read = readKind(sql, bare, tables, source, isSnapshot);
    const isBounded = read.isBounded || (isSnapshot && snapshots.includes(read.sqlKind));
    const ddl = readTableDdl(sql);
    const connection = readConnectionDdl(sql);
    return {
        ...read,
        isBounded,
        isAppendOnly: isSnapshot || !changesRows(bare),
        tables,
        ...(ddl === undefined ? {} : { ddl: withResult(ddl, source) }),
        ...(connection === undefined ? {} : { connection }),
    };
}

const noTables = {
    isBounded: true,
    isAppendOnly: true,
    touchesTopics: false,
    tables: { read: [], write: [], manage: [] },
};

/** The tables that a query can read: those that statements created, and the views of INFORMATION_SCHEMA. */
function querySource({ catalogs = noCatalogs, nowMs = 0 }: QuerySettings): QuerySource {
    return {
        nowMs,
        table: (path) => {
            const [name = "", database = catalogs.currentDatabase, catalog] = [...path].reverse();
            if (database?.toUpperCase() === "INFORMATION_SCHEMA")
                return readSchemaView(name.toUpperCase(), catalogs, catalog);
            const found = catalogs.databases.find(
                ({ id, displayName, environmentId }) =>
                    environmentId === catalogs.currentCatalogId &&
                    (id === database || displayName === database),
            );
            const relation = catalogs.relations.find(
                (one) => one.databaseId === found?.id && one.name === name,
            );
            return relation !== undefined && relation.columns.length > 0 ? relation : undefined;
        },
    };
}

/** The result of a query. What the emulator cannot evaluate is a failure; an unknown table, too, except where `isLenient`. */
function evaluateOrFail(
    sql: string,
    source: QuerySource,
    isLenient = false,
): Pick<Query, "columns" | "rows" | "keys" | "failure"> {
    try {
        return evaluateQuery(sql, source);
    } catch (error) {
        const nothing = { columns: [], rows: [] };
        if (error instanceof UnsupportedSql) return { ...nothing, failure: unsupported(error.message) };
        if (!(error instanceof UnknownTable)) throw error;
        return isLenient ? nothing : { ...nothing, failure: unsupported(`the table '${error.message}'`) };
    }
}

/** The result of a query; undefined where the emulator cannot evaluate it. */
function tryEvaluate(sql: string, source: QuerySource): Table | undefined {
    const { failure, ...result } = evaluateOrFail(sql, source);
    return failure === undefined ? result : undefined;
}

/** Adds columns and rows of CREATE … AS. The emulator does not know those of queries that it cannot evaluate. */
function withResult(ddl: TableDdl, source: QuerySource): TableDdl {
    const result = ddl.query === undefined ? undefined : tryEvaluate(ddl.query, source);
    if (result === undefined) return ddl;
    const columns = ddl.columns.length > 0 ? ddl.columns : result.columns;
    return { ...ddl, columns, rows: ddl.kind === "VIEW" ? [] : result.rows };
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

function readKind(
    sql: string,
    bare: string,
    tables: TableReferences,
    source: QuerySource,
    isSnapshot: boolean,
): Kind {
    const touchesTopics = tables.read.length > 0;
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
        const sqlKind =
            alone === undefined
                ? `${verb} ${object}`.trim().toUpperCase().replace(/\s+/g, "_")
                : alone.replace(/^DESC$/, "DESCRIBE");
        const readsTable = /\b(FROM|JOIN)\s+[^\s(]/i.test(bare);
        return { sqlKind, isBounded: true, touchesTopics: readsTable, columns: [], rows: [] };
    }
    if (/^(INSERT\s+INTO|EXECUTE\s+STATEMENT\s+SET)\b/i.test(bare)) return readInsert(sql, bare, source);
    if (/^(SELECT|WITH|VALUES)\b/i.test(bare)) {
        // A stream from tables runs on, even where the emulator does not know its rows. Of anything else, rows are expected.
        const result: Table & Pick<Query, "failure"> =
            touchesTopics && !isSnapshot
                ? (tryEvaluate(sql, source) ?? { columns: [], rows: [] })
                : evaluateOrFail(sql, source, isSnapshot);
        const isChanging = touchesTopics && !isSnapshot && result.keys !== undefined;
        return {
            sqlKind: "SELECT",
            isBounded: !touchesTopics,
            touchesTopics,
            ...result,
            ...(isChanging && { changes: changelog(sql, source) }),
        };
    }
    const failure = `SQL parse failed. Encountered "${bare.split(/\s/)[0] ?? ""}" at line 1, column 1.`;
    return { sqlKind: "UNKNOWN", isBounded: true, touchesTopics: false, columns: [], rows: [], failure };
}

const insertStart = /^INSERT\s+INTO\s+/i;

function readInsert(sql: string, bare: string, source: QuerySource): Kind {
    const isBounded = /^INSERT\s+INTO\s+\S+\s*(?:\([^)]*\)\s*)?VALUES\b/i.test(bare);
    const kind = { sqlKind: "INSERT_INTO", isBounded, touchesTopics: true, columns: [], rows: [] };
    const start = insertStart.exec(sql);
    if (start === null) return kind;
    try {
        const reader = new TokenReader(tokenize(sql.slice(start[0].length)));
        const path = reader.path();
        const hasColumns = reader.take("(");
        const columns = hasColumns ? reader.list(() => reader.name()) : [];
        if (hasColumns) reader.require(")");
        const query = /\b(?:VALUES|SELECT|WITH)\b[\s\S]*$/i.exec(sql)?.[0] ?? "";
        const result = tryEvaluate(query, source);
        return result === undefined ? kind : { ...kind, inserts: { path, columns, rows: result.rows } };
    } catch (error) {
        if (error instanceof UnsupportedSql) return kind;
        throw error;
    }
}

function unsupported(what: string): string {
    const limits =
        "The emulator is no database. It evaluates SELECT from one table, subquery, VALUES or INFORMATION_SCHEMA with WHERE, GROUP BY, HAVING, LIMIT and UNION ALL; literals, CAST, whole-number arithmetic, comparisons, COALESCE, COUNT, SUM, MIN, MAX and COLLECT.";
    return `${limits} Not supported: ${what}. Confluent Cloud may accept this statement.`;
}

/** Strings stay as they are: `--` and `/*` in them are no comments. */
function withoutComments(sql: string): string {
    return sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (text) =>
        text.startsWith("'") ? text : " ",
    );
}
