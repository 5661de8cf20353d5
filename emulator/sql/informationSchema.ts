import type { CatalogResult, Catalogs } from "./catalogs";
import { type Expression, readExpression } from "./expression";
import { type Row, readSchemaView, type SchemaView } from "./schemaViews";
import { type Token, TokenReader, tokenize, UnsupportedSql } from "./tokenReader";

/**
 * Runs a query on INFORMATION_SCHEMA. Supported is what Confluent documents: SELECT of columns, literals and CAST; WHERE with
 * =, <>, IS NULL, AND and OR; UNION ALL. Throws `UnsupportedSql` for anything else.
 */
export function queryInformationSchema(sql: string, catalogs: Catalogs, nowMs: number): CatalogResult {
    const reader = new TokenReader(tokenize(sql));
    const parts = [readSelect(reader, catalogs, nowMs)];
    while (reader.take("UNION", "ALL")) {
        parts.push(readSelect(reader, catalogs, nowMs));
    }
    if (!reader.atEnd) throw new UnsupportedSql(`'${reader.peek()?.text}'`);
    const [first] = parts;
    return { columns: first?.columns ?? [], rows: parts.flatMap(({ rows }) => rows) };
}

function readSelect(reader: TokenReader, catalogs: Catalogs, nowMs: number): CatalogResult {
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
    const all = readSchemaView(view, catalogs, catalog);
    const found = all.rows.filter((row) => matches({ nowMs, row })).slice(0, limit);
    const columns = items.flatMap((item, index) =>
        item === "*"
            ? [...all.columns].map(([name, type]) => ({ name, value: (row: Row) => row.get(name), type }))
            : [
                  {
                      name: item.name ?? `EXPR$${index}`,
                      value: (row: Row) => item.value({ nowMs, row }),
                      // Without rows, a row of NULLs shows the type.
                      type: item.value({ nowMs, row: found[0] ?? nullRow(all.columns) }).type,
                  },
              ],
    );
    return {
        columns: columns.map(({ name, type }) => ({ name, type: { ...type, nullable: true } })),
        rows: found.map((row) => columns.map(({ value }) => value(row)?.value ?? null)),
    };
}

function nullRow(columns: SchemaView["columns"]): Row {
    return new Map([...columns].map(([name, type]) => [name, { value: null, type }]));
}

function columnName(token: Token | undefined): string | undefined {
    return token?.kind === "word" || token?.kind === "name" ? token.text : undefined;
}

function readAlias(reader: TokenReader): string | undefined {
    if (reader.take("AS")) return reader.name();
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
        throw new UnsupportedSql(`'${reader.peek()?.text ?? "the end of the statement"}'`);
    }
    const right = readExpression(reader);
    return (scope) => {
        const [a, b] = [left(scope).value, right(scope).value];
        // In SQL, NULL is neither equal nor unequal to anything.
        return a !== null && b !== null && (a === b) === isEqual;
    };
}
