import type { Column, Value } from "./catalogs";
import { commonType } from "./dataTypes";
import { type Cell, type Expression, hasAggregate, isTrue, type Row, readExpression } from "./expression";
import { shapeOf, type Token, TokenReader, UnsupportedSql } from "./tokenReader";

/** Rows with their columns: a table, a view, or the result of a query. */
export interface Table {
    columns: readonly Column[];
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
/** What WITH defines, by names in capitals. */
type Named = ReadonlyMap<string, Relation>;

/**
 * Evaluates a query: SELECT and VALUES, FROM one table or subquery, WITH, WHERE, GROUP BY, HAVING, LIMIT, UNION ALL. Throws
 * `UnsupportedSql` for anything else, and `UnknownTable`.
 */
export function evaluateQuery(tokens: readonly Token[], source: QuerySource): Table {
    const reader = new TokenReader(tokens);
    const query = readQueryExpression(reader, source, new Map());
    if (reader.peek() !== undefined) throw reader.unexpected();
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
export function changelog(tokens: readonly Token[], source: QuerySource): RowChange[] {
    const changes: RowChange[] = [];
    let most = 0;
    let before: Table["rows"] = [];
    for (let count = 0; count <= most; count += 1) {
        const { rows, keys = [] } = evaluateQuery(tokens, {
            ...source,
            table: (path) => {
                const table = source.table(path);
                most = Math.max(most, table?.rows.length ?? 0);
                return table && { ...table, rows: table.rows.slice(0, count) };
            },
        });
        if (most > mostSteps) return evaluateQuery(tokens, source).rows.map((row) => ({ op: 0, row }));
        // Over no rows a stream emits nothing, not even a count of 0.
        const after = count === 0 ? [] : rows;
        const like = (rows: Table["rows"], row: readonly Value[]): readonly Value[] | undefined =>
            rows.find((one) => keys.every((key) => JSON.stringify(one[key]) === JSON.stringify(row[key])));
        changes.push(
            ...before.filter((row) => !like(after, row)).map((row) => ({ op: 3, row }) as const),
            ...after.flatMap((row): RowChange[] => {
                const old = like(before, row);
                if (old === undefined) return [{ op: 0, row }];
                const isSame = JSON.stringify(old) === JSON.stringify(row);
                return isSame
                    ? []
                    : [
                          { op: 1, row: old },
                          { op: 2, row },
                      ];
            }),
        );
        before = after;
    }
    return changes;
}

function readQueryExpression(reader: TokenReader, source: QuerySource, outer: Named): Relation {
    return reader.nested(() => {
        const named = new Map(outer);
        if (reader.take("WITH")) {
            reader.list(() => {
                const name = reader.name().toUpperCase();
                reader.require("AS");
                named.set(
                    name,
                    reader.enclosed(() => readQueryExpression(reader, source, named)),
                );
            });
        }
        let query = readSimpleQuery(reader, source, named);
        while (reader.take("UNION", "ALL")) {
            const [first, second] = [query, readSimpleQuery(reader, source, named)];
            query = () => unite([first(), second()]);
        }
        return query;
    });
}

function unite(tables: readonly Pick<Table, "columns" | "rows">[]): Table {
    const columns = tables
        .map((table) => table.columns)
        .reduce((left, right) => {
            if (left.length !== right.length) throw new UnsupportedSql("rows that differ in length");
            return left.map(({ name, type }, index) => ({
                name,
                type: commonType(type, right[index]?.type ?? type),
            }));
        });
    return { columns, rows: tables.flatMap(({ rows }) => rows) };
}

function readSimpleQuery(reader: TokenReader, source: QuerySource, named: Named): Relation {
    if (reader.at("(")) return reader.enclosed(() => readQueryExpression(reader, source, named));
    return reader.take("VALUES") ? readValues(reader, source.nowMs) : readSelect(reader, source, named);
}

function readValues(reader: TokenReader, nowMs: number): Relation {
    const rows = reader.list(() => {
        const isRow = reader.at("ROW", "(") ? reader.take("ROW") : reader.at("(");
        return isRow ? reader.optionalList(() => readExpression(reader)) : [readExpression(reader)];
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

/** An expression with its shape, which is the same for the same expression. */
interface Shaped {
    value: Expression;
    shape: string;
}

/** A column of the result: its name undefined where it has none, its value where it is `*`. */
interface Item {
    name?: string | undefined;
    value?: Expression;
    shape: string;
}

function readShaped(reader: TokenReader): Shaped & { tokens: readonly Token[] } {
    const { value, tokens } = reader.withTokens(() => readExpression(reader));
    return { value, tokens, shape: shapeOf(tokens).toUpperCase().replaceAll("`", "") };
}

function readSelect(reader: TokenReader, source: QuerySource, named: Named): Relation {
    const { nowMs } = source;
    reader.require("SELECT");
    const items = reader.list(() => readItem(reader));
    const from = reader.take("FROM") ? readFrom(reader, source, named) : () => ({ columns: [], rows: [[]] });
    const where = reader.take("WHERE") ? readExpression(reader) : undefined;
    const groups = reader.take("GROUP", "BY") ? reader.list(() => readShaped(reader)) : [];
    const having = reader.take("HAVING") ? readExpression(reader) : undefined;
    const limit = reader.take("LIMIT") ? Number(reader.next().text) : Number.POSITIVE_INFINITY;
    const isGrouped =
        groups.length > 0 || having !== undefined || items.some(({ shape }) => hasAggregate(shape));
    return () => {
        const table = from();
        const nulls = rowOf(table.columns, []);
        const found = table.rows
            .map((values) => rowOf(table.columns, values))
            .filter((row) => where === undefined || isTrue(where({ nowMs, row })));
        const all = isGrouped
            ? grouped(found, groups, nowMs).map((group) => ({ nowMs, row: group[0] ?? nulls, group }))
            : found.map((row) => ({ nowMs, row }));
        const scopes = all.filter((scope) => having === undefined || isTrue(having(scope))).slice(0, limit);
        const outputs = items.flatMap(({ name, value, shape }, index) =>
            value === undefined
                ? table.columns.map((column) => columnItem(column.name))
                : [{ name: name ?? `EXPR$${index}`, value, shape }],
        );
        // An empty result has the types of a row of NULLs.
        const forTypes = all[0] ?? { nowMs, row: nulls, group: [] };
        const cells = scopes.map((scope) => outputs.map(({ value }) => value(scope)));
        const keys = groups.map(({ shape }) => outputs.findIndex((output) => output.shape === shape));
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
    if (reader.take("*")) return { shape: "*" };
    const { value, shape, tokens } = readShaped(reader);
    // Of a column alone, the result has the name.
    const last = tokens.at(-1);
    const isColumn =
        tokens.every(({ kind, text }, index) => (index % 2 === 0 ? /name|word/.test(kind) : text === ".")) &&
        !(last?.kind === "word" && /^(NULL|TRUE|FALSE|CURRENT_\w+)$/i.test(last.text));
    return { name: readAlias(reader) ?? (isColumn ? last?.text : undefined), value, shape };
}

function columnItem(name: string): Shaped & { name: string } {
    const shape = name.toUpperCase();
    return { name, value: ({ row }) => row?.get(shape) as Cell, shape };
}

function readFrom(reader: TokenReader, source: QuerySource, named: Named): Relation {
    const relation = readRelation(reader, source, named);
    const names = readAlias(reader) === undefined ? [] : reader.optionalList(() => reader.name());
    if (/^(,|JOIN|LEFT|RIGHT|FULL|INNER|CROSS|ORDER|WINDOW)$/i.test(reader.peek()?.text ?? ""))
        throw reader.unexpected();
    return () => {
        const { columns, rows } = relation();
        return {
            columns: columns.map(({ name, type }, index) => ({ name: names[index] ?? name, type })),
            rows,
        };
    };
}

function readRelation(reader: TokenReader, source: QuerySource, named: Named): Relation {
    if (reader.at("(")) return reader.enclosed(() => readQueryExpression(reader, source, named));
    const path = reader.path();
    if (reader.at("(")) throw new UnsupportedSql(`the function ${path.at(-1)}`);
    const known = path.length === 1 ? named.get((path[0] ?? "").toUpperCase()) : undefined;
    return () => {
        const table = known === undefined ? source.table(path) : known();
        if (table === undefined) throw new UnknownTable(path.join("."));
        return table;
    };
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

/** Without GROUP BY all rows are one group, even if there are none. */
function grouped(rows: readonly Row[], by: readonly Shaped[], nowMs: number): Row[][] {
    if (by.length === 0) return [[...rows]];
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
        const key = JSON.stringify(by.map(({ value }) => value({ nowMs, row }).value));
        const group = groups.get(key) ?? [];
        group.push(row);
        groups.set(key, group);
    }
    return [...groups.values()];
}
