import type { DataTypeBody } from "../schemas";
import type { Value } from "./catalogs";
import { commonType } from "./dataTypes";
import { type Cell, type Expression, isTrue, type Row, readExpression } from "./expression";
import { type Token, TokenReader, tokenize, UnsupportedSql } from "./tokenReader";

/** Rows with their columns: a table, a view, or the result of a query. */
export interface Table {
    columns: readonly { name: string; type: DataTypeBody }[];
    rows: readonly (readonly Value[])[];
    /**
     * Where rows are grouped: the columns that identify a group, by their index. A stream of such a result changes its rows. Undefined
     * where it only adds rows.
     */
    keys?: readonly number[];
}

export interface QuerySource {
    /** Undefined for a table that is not known: its columns and rows are not, either. */
    table(path: readonly string[]): Table | undefined;
    nowMs: number;
}

/** Thrown for a table that the emulator does not know. It may exist on Confluent Cloud. */
export class UnknownTable extends Error {}

type Relation = () => Table;

/**
 * Evaluates a query: SELECT and VALUES, FROM one table or subquery, WITH, WHERE, GROUP BY, HAVING, LIMIT, UNION ALL. Throws
 * `UnsupportedSql` for anything else, and `UnknownTable`.
 */
export function evaluateQuery(sql: string, source: QuerySource): Table {
    const reader = new TokenReader(tokenize(sql));
    const query = readQueryExpression(reader, source, new Map());
    if (!reader.atEnd) throw new UnsupportedSql(`'${reader.peek()?.text}'`);
    return query();
}

/** A change of a result: 0 adds a row, 1 and 2 are a row before and after an update, 3 removes one. */
export interface RowChange {
    op: 0 | 1 | 2 | 3;
    row: readonly Value[];
}

/** With more rows than that, a grouped stream emits its result, without the changes that led to it. */
const mostSteps = 500;

/** What a stream of this grouped query emits while the rows of its tables arrive one after the other. */
export function changelog(sql: string, source: QuerySource): RowChange[] {
    const changes: RowChange[] = [];
    let most = 0;
    let before: Table["rows"] = [];
    for (let count = 0; count <= most; count += 1) {
        const { rows, keys = [] } = evaluateQuery(sql, {
            ...source,
            table: (path) => {
                const table = source.table(path);
                most = Math.max(most, table?.rows.length ?? 0);
                return table && { ...table, rows: table.rows.slice(0, count) };
            },
        });
        if (most > mostSteps) return evaluateQuery(sql, source).rows.map((row) => ({ op: 0, row }));
        // Over no rows a stream emits nothing, not even a count of 0.
        const after = count === 0 ? [] : rows;
        const sameKey = (a: readonly Value[], b: readonly Value[]): boolean =>
            keys.every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));
        for (const row of before.filter((one) => !after.some((other) => sameKey(one, other)))) {
            changes.push({ op: 3, row });
        }
        for (const row of after) {
            const old = before.find((one) => sameKey(one, row));
            if (old === undefined) changes.push({ op: 0, row });
            else if (JSON.stringify(old) !== JSON.stringify(row)) {
                changes.push({ op: 1, row: old }, { op: 2, row });
            }
        }
        before = after;
    }
    return changes;
}

function readQueryExpression(
    reader: TokenReader,
    source: QuerySource,
    outer: ReadonlyMap<string, Relation>,
): Relation {
    return reader.nested(() => {
        const named = new Map(outer);
        if (reader.take("WITH")) {
            do {
                const name = reader.name().toUpperCase();
                reader.require("AS", "(");
                named.set(name, readQueryExpression(reader, source, named));
                reader.require(")");
            } while (reader.take(","));
        }
        const parts = [readSimpleQuery(reader, source, named)];
        while (reader.take("UNION", "ALL")) parts.push(readSimpleQuery(reader, source, named));
        const [first] = parts;
        return parts.length === 1 && first !== undefined ? first : () => unite(parts.map((part) => part()));
    });
}

function unite(tables: readonly Table[]): Table {
    const [first] = tables;
    if (first === undefined || tables.some(({ columns }) => columns.length !== first.columns.length))
        throw new UnsupportedSql("rows that differ in length");
    return {
        columns: first.columns.map(({ name }, index) => ({
            name,
            type: tables
                .map(({ columns }) => columns[index]?.type ?? first.columns[0]?.type)
                .reduce((a, b) =>
                    a === undefined || b === undefined ? a : commonType(a, b),
                ) as DataTypeBody,
        })),
        rows: tables.flatMap(({ rows }) => rows),
    };
}

function readSimpleQuery(
    reader: TokenReader,
    source: QuerySource,
    named: ReadonlyMap<string, Relation>,
): Relation {
    if (reader.take("(")) {
        const inner = readQueryExpression(reader, source, named);
        reader.require(")");
        return inner;
    }
    if (reader.take("VALUES")) return readValues(reader, source.nowMs);
    return readSelect(reader, source, named);
}

function readValues(reader: TokenReader, nowMs: number): Relation {
    const rows = reader.list(() => {
        const isRow = reader.take("ROW", "(") || reader.take("(");
        if (!isRow) return [readExpression(reader)];
        const items = reader.list(() => readExpression(reader));
        reader.require(")");
        return items;
    });
    return () =>
        unite(
            rows.map((items) => {
                const cells = items.map((item) => item({ nowMs }));
                return {
                    columns: cells.map(({ type }, index) => ({ name: `EXPR$${index}`, type })),
                    rows: [cells.map(({ value }) => value)],
                };
            }),
        );
}

interface Item {
    name: string | undefined;
    /** Undefined for `*`. */
    value: Expression | undefined;
    /** Its tokens. */
    text: string;
}

function readSelect(
    reader: TokenReader,
    source: QuerySource,
    named: ReadonlyMap<string, Relation>,
): Relation {
    reader.require("SELECT");
    const before = reader.aggregates;
    const items = reader.list(() => readItem(reader));
    // Aggregates of a subquery in FROM do not group this query.
    let aggregates = reader.aggregates - before;
    const from = reader.take("FROM") ? readFrom(reader, source, named) : undefined;
    const where = reader.take("WHERE") ? readExpression(reader) : undefined;
    const readGroup = (): { value: Expression; text: string } => {
        const position = reader.position;
        return { value: readExpression(reader), text: reader.textSince(position) };
    };
    const groups = reader.take("GROUP", "BY") ? reader.list(readGroup) : [];
    const beforeHaving = reader.aggregates;
    const having = reader.take("HAVING") ? readExpression(reader) : undefined;
    aggregates += reader.aggregates - beforeHaving;
    const isGrouped = aggregates > 0 || groups.length > 0;
    const limit = reader.take("LIMIT") ? Number(reader.next().text) : Number.POSITIVE_INFINITY;
    return () => {
        const { nowMs } = source;
        const table = from?.() ?? { columns: [], rows: [[]] };
        const all = table.rows.map((values) => rowOf(table.columns, values));
        const nulls = rowOf(table.columns, []);
        const found = where === undefined ? all : all.filter((row) => isTrue(where({ nowMs, row })));
        const scopes = isGrouped
            ? grouped(
                  found,
                  groups.map(({ value }) => value),
                  nowMs,
              ).map((group) => ({
                  nowMs,
                  row: group[0] ?? nulls,
                  group,
              }))
            : found.map((row) => ({ nowMs, row }));
        // An empty result has the types of a row of NULLs.
        const forTypes = scopes[0] ?? { nowMs, row: nulls, ...(isGrouped && { group: [] }) };
        const outputs = items.flatMap((item, index) =>
            item.value === undefined
                ? table.columns.map(({ name }) => ({ name, value: columnOf(name), text: name.toUpperCase() }))
                : [{ name: item.name ?? `EXPR$${index}`, value: item.value, text: item.text }],
        );
        const kept = having === undefined ? scopes : scopes.filter((scope) => isTrue(having(scope)));
        const cells = kept.slice(0, limit).map((scope) => outputs.map(({ value }) => value(scope)));
        const keys = groups.map(({ text }) => outputs.findIndex((output) => output.text === text));
        return {
            columns: outputs.map(({ name, value }, index) => ({
                name,
                type: cells.map((row) => (row[index] as Cell).type).reduce(commonType, value(forTypes).type),
            })),
            rows: cells.map((row) => row.map(({ value }) => value)),
            ...(isGrouped && { keys: keys.filter((key) => key >= 0) }),
        };
    };
}

function readItem(reader: TokenReader): Item {
    if (reader.take("*")) return { name: undefined, value: undefined, text: "*" };
    const position = reader.position;
    const value = readExpression(reader);
    const text = reader.textSince(position);
    // Of a column alone, the result has the name.
    const own = /^[\w$.` ]+$/.test(text)
        ? columnName(reader.tokens.slice(position, reader.position))
        : undefined;
    return { name: readAlias(reader) ?? own, value, text };
}

function columnName(tokens: readonly Token[]): string | undefined {
    const isPath = tokens.every(({ kind, text }, index) =>
        index % 2 === 0 ? kind === "word" || kind === "name" : text === ".",
    );
    const last = tokens.at(-1);
    return isPath && !(last?.kind === "word" && /^(NULL|TRUE|FALSE|CURRENT_\w+)$/i.test(last.text))
        ? last?.text
        : undefined;
}

function readFrom(reader: TokenReader, source: QuerySource, named: ReadonlyMap<string, Relation>): Relation {
    let relation: Relation;
    if (reader.take("(")) {
        relation = readQueryExpression(reader, source, named);
        reader.require(")");
    } else {
        const path = reader.path();
        if (reader.peek()?.text === "(") throw new UnsupportedSql(`the function ${path.at(-1)}`);
        relation =
            named.get(path.length === 1 ? (path[0] ?? "").toUpperCase() : "") ?? (() => known(source, path));
    }
    if (readAlias(reader) === undefined || !reader.take("(")) return checkedEnd(reader, relation);
    const names = reader.list(() => reader.name());
    reader.require(")");
    return checkedEnd(reader, () => {
        const { columns, rows } = relation();
        return {
            columns: columns.map(({ name, type }, index) => ({ name: names[index] ?? name, type })),
            rows,
        };
    });
}

function checkedEnd(reader: TokenReader, relation: Relation): Relation {
    const next = reader.peek();
    if (next?.text === "," || /^(JOIN|LEFT|RIGHT|FULL|INNER|CROSS|ORDER|WINDOW)$/i.test(next?.text ?? ""))
        throw new UnsupportedSql(`'${next?.text}'`);
    return relation;
}

function known(source: QuerySource, path: readonly string[]): Table {
    const table = source.table(path);
    if (table === undefined) throw new UnknownTable(path.join("."));
    return table;
}

function readAlias(reader: TokenReader): string | undefined {
    if (reader.take("AS")) return reader.name();
    const next = reader.peek();
    const isAlias =
        next?.kind === "name" ||
        (next?.kind === "word" &&
            !/^(FROM|WHERE|UNION|LIMIT|ORDER|GROUP|HAVING|JOIN|LEFT|RIGHT|FULL|INNER|CROSS|AND|OR)$/i.test(
                next.text,
            ));
    return isAlias ? reader.name() : undefined;
}

/** Columns by name, in capitals. */
function rowOf(columns: Table["columns"], values: readonly Value[]): Row {
    return new Map(
        columns.map(({ name, type }, index) => [name.toUpperCase(), { value: values[index] ?? null, type }]),
    );
}

function columnOf(name: string): Expression {
    return ({ row }) => row?.get(name.toUpperCase()) as Cell;
}

/** Without GROUP BY all rows are one group, even if there are none. */
function grouped(rows: readonly Row[], by: readonly Expression[], nowMs: number): Row[][] {
    if (by.length === 0) return [[...rows]];
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
        const key = JSON.stringify(by.map((one) => one({ nowMs, row }).value));
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [row]);
        else group.push(row);
    }
    return [...groups.values()];
}
