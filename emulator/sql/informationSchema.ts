import type { DataTypeBody } from "../schemas";
import { type Cell, type Expression, formatType, INTEGER, readExpression, STRING } from "./expression";
import { type Token, TokenReader, tokenize, Unreadable } from "./tokens";

/** A table or view that a statement made. It has no rows. */
export interface Relation {
    /** `lkc-abc123/orders`: a name is unique in its database. */
    id: string;
    environmentId: string;
    /** `lkc-abc123` */
    databaseId: string;
    name: string;
    kind: "BASE TABLE" | "VIEW";
    columns: readonly { name: string; type: DataTypeBody }[];
    options: Readonly<Record<string, string>>;
}

/** What INFORMATION_SCHEMA and SHOW tell of: catalogs are environments, databases are Kafka clusters. */
export interface Catalogs {
    catalogs: readonly { id: string; name: string }[];
    databases: readonly { id: string; displayName: string; environmentId: string }[];
    relations: readonly Relation[];
    /** Of the environment that the statement runs in. */
    currentCatalogId: string;
    /** `cluster-abc123`; undefined where the statement names none and the environment has not exactly one. */
    currentDatabase: string | undefined;
}

export const NO_CATALOGS: Catalogs = {
    catalogs: [],
    databases: [],
    relations: [],
    currentCatalogId: "",
    currentDatabase: undefined,
};

export interface Rows {
    columns: { name: string; type: Cell["type"] }[];
    rows: (string | null)[][];
}

type Row = ReadonlyMap<string, Cell>;

const VIEWS = ["CATALOGS", "COLUMNS", "DATABASES", "SCHEMATA", "TABLES", "TABLE_OPTIONS"] as const;

/**
 * Answers a query on INFORMATION_SCHEMA within what Confluent documents for it: SELECT of columns, literals and CAST, WHERE
 * with = <> IS NULL AND OR, UNION ALL. Throws `Unreadable` beyond that.
 */
export function queryInformationSchema(sql: string, catalogs: Catalogs, nowMs: number): Rows {
    const reader = new TokenReader(tokenize(sql));
    const parts = [readSelect(reader, catalogs, nowMs)];
    while (reader.take("UNION", "ALL")) {
        parts.push(readSelect(reader, catalogs, nowMs));
    }
    if (!reader.atEnd) {
        throw new Unreadable(`'${reader.peek()?.text}'`);
    }
    const [first] = parts;
    return { columns: first?.columns ?? [], rows: parts.flatMap(({ rows }) => rows) };
}

function readSelect(reader: TokenReader, catalogs: Catalogs, nowMs: number): Rows {
    reader.require("SELECT");
    const items: ({ name: string | undefined; value: Expression } | "*")[] = [];
    do {
        if (reader.take("*")) {
            items.push("*");
            continue;
        }
        const start = reader.peek();
        const value = readExpression(reader);
        items.push({ name: readAlias(reader) ?? columnName(start), value });
    } while (reader.take(","));
    reader.require("FROM");
    const path = reader.path();
    const view = path.at(-1)?.toUpperCase() ?? "";
    const catalog = path.length > 2 ? path[0] : undefined;
    readAlias(reader);
    const matches = reader.take("WHERE") ? readOr(reader) : () => true;
    const limit = reader.take("LIMIT") ? Number(reader.next().text) : Number.POSITIVE_INFINITY;
    const all = rowsOf(view, catalogs, catalog);
    const found = all.rows.filter((row) => matches({ nowMs, row })).slice(0, limit);
    const columns = items.flatMap((item, index) =>
        item === "*"
            ? [...all.columns].map(([name, type]) => ({ name, value: (row: Row) => row.get(name), type }))
            : [
                  {
                      name: item.name ?? `EXPR$${index}`,
                      value: (row: Row) => item.value({ nowMs, row }),
                      // By a row of NULLs where there is none to see the type on.
                      type: item.value({ nowMs, row: found[0] ?? emptyRow(all.columns) }).type,
                  },
              ],
    );
    return {
        columns: columns.map(({ name, type }) => ({ name, type: { ...type, nullable: true } })),
        rows: found.map((row) => columns.map(({ value }) => value(row)?.value ?? null)),
    };
}

function emptyRow(columns: ReadonlyMap<string, Cell["type"]>): Row {
    return new Map([...columns].map(([name, type]) => [name, { value: null, type }]));
}

function columnName(token: Token | undefined): string | undefined {
    return token?.kind === "word" || token?.kind === "name" ? token.text : undefined;
}

function readAlias(reader: TokenReader): string | undefined {
    if (reader.take("AS")) {
        return reader.name();
    }
    const next = reader.peek();
    const isAlias =
        next?.kind === "name" ||
        (next?.kind === "word" && !/^(FROM|WHERE|UNION|LIMIT|ORDER|GROUP|JOIN|AND|OR)$/i.test(next.text));
    return isAlias ? reader.name() : undefined;
}

type Condition = (scope: { nowMs: number; row: Row }) => boolean;

function readOr(reader: TokenReader): Condition {
    const parts = [readAnd(reader)];
    while (reader.take("OR")) {
        parts.push(readAnd(reader));
    }
    return (scope) => parts.some((part) => part(scope));
}

function readAnd(reader: TokenReader): Condition {
    const parts = [readComparison(reader)];
    while (reader.take("AND")) {
        parts.push(readComparison(reader));
    }
    return (scope) => parts.every((part) => part(scope));
}

function readComparison(reader: TokenReader): Condition {
    if (reader.take("(")) {
        const inner = reader.nested(() => readOr(reader));
        reader.require(")");
        return inner;
    }
    const left = readExpression(reader);
    if (reader.take("IS")) {
        const wanted = !reader.take("NOT");
        reader.require("NULL");
        return (scope) => (left(scope).value === null) === wanted;
    }
    const isEqual = reader.take("=");
    if (!isEqual && !reader.take("<>") && !reader.take("!=")) {
        throw new Unreadable(`'${reader.peek()?.text ?? "the end of the statement"}'`);
    }
    const right = readExpression(reader);
    return (scope) => {
        const [a, b] = [left(scope).value, right(scope).value];
        // Nothing is equal to NULL, and nothing is different from it.
        return a !== null && b !== null && (a === b) === isEqual;
    };
}

/** @param catalog by name or id: the view of one catalog; without it, of the one that the statement runs in */
function rowsOf(
    view: string,
    catalogs: Catalogs,
    catalog: string | undefined,
): { columns: ReadonlyMap<string, Cell["type"]>; rows: Row[] } {
    const current = catalogs.catalogs.find(({ id, name }) =>
        catalog === undefined ? id === catalogs.currentCatalogId : id === catalog || name === catalog,
    );
    const described = describe(view, catalogs, current);
    if (described === undefined) {
        throw new Unreadable(`the view ${view}`);
    }
    const columns = new Map(
        described.columns.map((name) => [name, NUMBERS.includes(name) ? INTEGER : STRING]),
    );
    const rows = described.rows.map(
        (values) =>
            new Map(
                described.columns.map((name, index) => [
                    name,
                    { value: values[index] ?? null, type: columns.get(name) ?? STRING },
                ]),
            ),
    );
    return { columns, rows };
}

const NUMBERS: readonly string[] = [
    "ORDINAL_POSITION",
    "DISTRIBUTION_ORDINAL_POSITION",
    "DISTRIBUTION_BUCKETS",
];

type Catalog = Catalogs["catalogs"][number];

function describe(
    view: string,
    { catalogs, databases, relations }: Catalogs,
    current: Catalog | undefined,
): { columns: string[]; rows: (string | null)[][] } | undefined {
    const own = relations.filter(({ environmentId }) => environmentId === current?.id);
    const place = (relation: Relation) => [
        current?.id ?? null,
        current?.name ?? null,
        relation.databaseId,
        databases.find(({ id }) => id === relation.databaseId)?.displayName ?? null,
        relation.name,
    ];
    const placeColumns = [
        "TABLE_CATALOG_ID",
        "TABLE_CATALOG",
        "TABLE_SCHEMA_ID",
        "TABLE_SCHEMA",
        "TABLE_NAME",
    ];
    switch (view) {
        case "CATALOGS":
            return {
                columns: ["CATALOG_ID", "CATALOG_NAME"],
                rows: catalogs.map(({ id, name }) => [id, name]),
            };
        case "SCHEMATA":
        case "DATABASES":
            return {
                columns: ["CATALOG_ID", "CATALOG_NAME", "SCHEMA_ID", "SCHEMA_NAME"],
                rows: [
                    [current?.id ?? null, current?.name ?? null, "INFORMATION_SCHEMA", "INFORMATION_SCHEMA"],
                    ...databases
                        .filter(({ environmentId }) => environmentId === current?.id)
                        .map(({ id, displayName }) => [
                            current?.id ?? null,
                            current?.name ?? null,
                            id,
                            displayName,
                        ]),
                ],
            };
        case "TABLES":
            return {
                columns: [
                    ...placeColumns,
                    "TABLE_TYPE",
                    "IS_DISTRIBUTED",
                    "DISTRIBUTION_ALGORITHM",
                    "DISTRIBUTION_BUCKETS",
                    "IS_WATERMARKED",
                    "IS_MATERIALIZED",
                    "COMMENT",
                ],
                rows: [
                    ...own.map((relation) => [
                        ...place(relation),
                        relation.kind,
                        relation.kind === "VIEW" ? "NO" : "YES",
                        relation.kind === "VIEW" ? null : "HASH",
                        relation.kind === "VIEW" ? null : "6",
                        "YES",
                        "NO",
                        null,
                    ]),
                    // The views of the schema are in it, too.
                    ...VIEWS.map((name) => [
                        current?.id ?? null,
                        current?.name ?? null,
                        "INFORMATION_SCHEMA",
                        "INFORMATION_SCHEMA",
                        name,
                        "SYSTEM TABLE",
                        "NO",
                        null,
                        null,
                        "NO",
                        "NO",
                        null,
                    ]),
                ],
            };
        case "COLUMNS":
            return {
                columns: [
                    ...placeColumns,
                    "COLUMN_NAME",
                    "ORDINAL_POSITION",
                    "IS_NULLABLE",
                    "DATA_TYPE",
                    "FULL_DATA_TYPE",
                    "IS_HIDDEN",
                    "IS_GENERATED",
                    "IS_METADATA",
                    "IS_PERSISTED",
                    "DISTRIBUTION_ORDINAL_POSITION",
                    "COMMENT",
                ],
                rows: own.flatMap((relation) =>
                    relation.columns.map(({ name, type }, index) => [
                        ...place(relation),
                        name,
                        String(index + 1),
                        type.nullable ? "YES" : "NO",
                        formatType(type).replace(/\(.*/, ""),
                        `${formatType(type)}${type.nullable ? "" : " NOT NULL"}`,
                        "NO",
                        "NO",
                        "NO",
                        "YES",
                        null,
                        null,
                    ]),
                ),
            };
        case "TABLE_OPTIONS":
            return {
                columns: [...placeColumns, "OPTION_KEY", "OPTION_VALUE"],
                rows: own.flatMap((relation) =>
                    Object.entries(relation.options).map(([key, value]) => [...place(relation), key, value]),
                ),
            };
        default:
            return undefined;
    }
}

/** `SHOW CATALOGS`, `DATABASES`, `TABLES`, `VIEWS`, `CURRENT CATALOG`, `CURRENT DATABASE`; undefined for another. */
export function show(object: string, catalogs: Catalogs): Rows | undefined {
    const names = (columns: string[], rows: (string | null)[][]): Rows => ({
        columns: columns.map((name) => ({ name, type: STRING })),
        rows,
    });
    const { currentCatalogId, currentDatabase, databases } = catalogs;
    const database = databases.find(
        ({ displayName, environmentId }) =>
            displayName === currentDatabase && environmentId === currentCatalogId,
    );
    const relations = catalogs.relations.filter(({ databaseId }) => databaseId === database?.id);
    switch (object.toUpperCase().replace(/\s+/g, " ")) {
        case "CATALOGS":
            return names(
                ["Catalog Name", "Catalog ID"],
                catalogs.catalogs.map(({ id, name }) => [name, id]),
            );
        case "DATABASES":
            return names(
                ["Database Name", "Database ID"],
                databases
                    .filter(({ environmentId }) => environmentId === currentCatalogId)
                    .map(({ id, displayName }) => [displayName, id]),
            );
        case "TABLES":
            return names(
                ["Table Name"],
                relations.map(({ name }) => [name]),
            );
        case "VIEWS":
            return names(
                ["View Name"],
                relations.filter(({ kind }) => kind === "VIEW").map(({ name }) => [name]),
            );
        case "CURRENT CATALOG":
            return names(
                ["Current Catalog Name"],
                catalogs.catalogs.filter(({ id }) => id === currentCatalogId).map(({ name }) => [name]),
            );
        case "CURRENT DATABASE":
            return names(["Current Database Name"], [[currentDatabase ?? null]]);
        default:
            return undefined;
    }
}
