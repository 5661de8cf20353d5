import type { Catalogs, Column, Value } from "./catalogs";
import { type Ddl, readDdl } from "./ddl";
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
import { isCreateAs, readTableReferences, type TableReferences } from "./tableReferences";
import { shapeOf, type Token, TokenReader, tokenize, UnsupportedSql } from "./tokenReader";

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
    columns: readonly Column[];
    rows: readonly (readonly Value[])[];
    /** Where it groups rows: the columns that identify a group. */
    keys?: readonly number[];
    /** What a stream of it emits, where it groups rows. */
    changes?: readonly RowChange[];
    /** The rows that it adds to a table. */
    inserts?: { path: readonly string[]; columns: readonly string[]; rows: Query["rows"] };
    /** The table, view or connection that it creates, changes or drops. */
    ddl?: Ddl;
    /** Why the statement fails; undefined when it succeeds. */
    failure?: string;
}

export interface QuerySettings {
    /** Whether `sql.snapshot.mode` is `now`: the statement reads the present rows and ends. @default false */
    isSnapshot?: boolean;
    /** What SHOW and INFORMATION_SCHEMA read. */
    catalogs: Catalogs;
    /** The value of CURRENT_TIMESTAMP, in milliseconds since the epoch. */
    nowMs: number;
}

const nothing = { columns: [], rows: [] };
const readsNoTopic = {
    isBounded: true,
    isAppendOnly: true,
    touchesTopics: false,
    tables: { read: [], write: [], manage: [] },
};

/**
 * Reads a statement: its kind, whether it ends, the topics that it uses, what it creates or drops, and the columns and rows of a query
 * that the emulator can evaluate.
 */
export function readQuery(statement: string, settings: QuerySettings): Query {
    const { isSnapshot = false, catalogs } = settings;
    const tokens = tokenize(statement);
    const shape = shapeOf(tokens);
    const shown = showCatalogs(shape.toUpperCase(), catalogs);
    if (shown !== undefined)
        return { ...readsNoTopic, sqlKind: shape.toUpperCase().replaceAll(" ", "_"), ...shown };
    const source = querySource(settings);
    if (/^(SELECT|WITH)\b/i.test(shape) && isAboutSchema(shape)) {
        // INFORMATION_SCHEMA is not a topic and needs no role on one.
        const { keys, ...result } = evaluateOrFail(tokens, source, isSnapshot);
        const grouping = "COUNT, SUM, MIN, MAX, COLLECT and GROUP BY on INFORMATION_SCHEMA";
        const rows = keys === undefined ? result : { ...nothing, failure: unsupported(grouping) };
        return { ...readsNoTopic, sqlKind: "SELECT", ...rows };
    }
    const tables = readTableReferences(shape);
    const read = readKind(tokens, shape, tables.read.length > 0, source, isSnapshot);
    const ddl = readDdl(statement, tokens);
    const endsInSnapshot = ["SELECT", "CREATE_TABLE_AS"].includes(read.sqlKind);
    return {
        ...read,
        isBounded: read.isBounded || (isSnapshot && endsInSnapshot),
        isAppendOnly: isSnapshot || !changesRows(shape),
        tables,
        ...(ddl && { ddl: withResult(ddl, source) }),
    };
}

/** The tables that a query can read: those that statements created, and the views of INFORMATION_SCHEMA. */
function querySource({ catalogs, nowMs }: QuerySettings): QuerySource {
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
            return relation?.columns.length ? relation : undefined;
        },
    };
}

/** The result of a query. What the emulator cannot evaluate is a failure; an unknown table, too, except where `isLenient`. */
function evaluateOrFail(
    tokens: readonly Token[],
    source: QuerySource,
    isLenient = false,
): Table & Pick<Query, "failure"> {
    try {
        return evaluateQuery(tokens, source);
    } catch (error) {
        if (error instanceof UnsupportedSql) return { ...nothing, failure: unsupported(error.message) };
        if (!(error instanceof UnknownTable)) throw error;
        return isLenient ? nothing : { ...nothing, failure: unsupported(`the table '${error.message}'`) };
    }
}

/** The result of a query; undefined where the emulator cannot evaluate it. */
function tryEvaluate(tokens: readonly Token[], source: QuerySource): Table | undefined {
    const { failure, ...result } = evaluateOrFail(tokens, source);
    return failure === undefined ? result : undefined;
}

/** Adds columns and rows of CREATE … AS. The emulator does not know those of queries that it cannot evaluate. */
function withResult(ddl: Ddl, source: QuerySource): Ddl {
    const result = ddl.query === undefined ? undefined : tryEvaluate(tokenize(ddl.query), source);
    if (result === undefined) return ddl;
    const columns = ddl.columns.length > 0 ? ddl.columns : result.columns;
    return { ...ddl, columns, rows: ddl.kind === "VIEW" ? [] : result.rows };
}

/** Whether every table in FROM and JOIN belongs to INFORMATION_SCHEMA. */
function isAboutSchema(shape: string): boolean {
    const sources = [...shape.matchAll(/\b(?:FROM|JOIN) ([^\s(]+(?: \. \S+)*)/gi)].map(
        ([, path]) => path ?? "",
    );
    return sources.length > 0 && sources.every((path) => /(^| )`?INFORMATION_SCHEMA`? \./i.test(path));
}

/** Grouping, DISTINCT and outer joins over a stream retract rows, unless they work on a time window. */
function changesRows(shape: string): boolean {
    const changing = /\b(GROUP BY|DISTINCT|(COUNT|SUM|AVG|MIN|MAX) \(|(LEFT|RIGHT|FULL) (OUTER )?JOIN)/i;
    return changing.test(shape) && !/\b(TUMBLE|HOP|CUMULATE|SESSION) \(/i.test(shape);
}

type Kind = Omit<Query, "tables" | "isAppendOnly" | "ddl">;

const oneShotStatement =
    /^(CREATE|ALTER|DROP|DESCRIBE|DESC|SHOW|USE|SET|RESET|EXPLAIN|CALL|ANALYZE)\b(?: OR (?:REPLACE|ALTER))?((?: MATERIALIZED| CREATE)?(?: [A-Z]+)?)/i;

function readKind(
    tokens: readonly Token[],
    shape: string,
    readsTables: boolean,
    source: QuerySource,
    isSnapshot: boolean,
): Kind {
    const [, verb, object] = oneShotStatement.exec(shape.toUpperCase()) ?? [];
    if (verb !== undefined) {
        const touchesTopics = / (FROM|JOIN) [^(]/i.test(shape);
        if (verb === "EXPLAIN" || verb.startsWith("DESC")) {
            const sqlKind = verb === "DESC" ? "DESCRIBE" : verb;
            return { ...nothing, sqlKind, isBounded: true, touchesTopics };
        }
        const sqlKind = `${verb}${object}`.replaceAll(" ", "_");
        return sqlKind === "CREATE_TABLE" && isCreateAs(shape)
            ? { ...nothing, sqlKind: "CREATE_TABLE_AS", isBounded: false, touchesTopics: true }
            : { ...nothing, sqlKind, isBounded: true, touchesTopics };
    }
    if (/^(INSERT INTO|EXECUTE STATEMENT SET)\b/i.test(shape)) return readInsert(tokens, source);
    if (/^(SELECT|WITH|VALUES)\b/i.test(shape)) {
        const isStream = readsTables && !isSnapshot;
        // A stream from tables runs on, even where the emulator does not know its rows. Of anything else, rows are expected.
        const result = isStream
            ? (tryEvaluate(tokens, source) ?? nothing)
            : evaluateOrFail(tokens, source, isSnapshot);
        return {
            sqlKind: "SELECT",
            isBounded: !readsTables,
            touchesTopics: readsTables,
            ...result,
            ...(isStream && "keys" in result && { changes: changelog(tokens, source) }),
        };
    }
    const failure = `SQL parse failed. Encountered "${tokens[0]?.text ?? ""}" at line 1, column 1.`;
    return { ...nothing, sqlKind: "UNKNOWN", isBounded: true, touchesTopics: false, failure };
}

function readInsert(tokens: readonly Token[], source: QuerySource): Kind {
    const kind = { ...nothing, sqlKind: "INSERT_INTO", isBounded: false, touchesTopics: true };
    const reader = new TokenReader(tokens);
    if (!reader.take("INSERT", "INTO")) return kind;
    try {
        const path = reader.path();
        const columns = reader.optionalList(() => reader.name());
        const isBounded = reader.at("VALUES");
        const result = tryEvaluate(reader.rest, source);
        return { ...kind, isBounded, ...(result && { inserts: { path, columns, rows: result.rows } }) };
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
