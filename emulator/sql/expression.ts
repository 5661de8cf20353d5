import type { DataTypeBody } from "../schemas";
import type { Value } from "./catalogs";
import { bigintType, booleanType, commonType, intervalType, readIntervalUnit, readType } from "./dataTypes";
import { readInterval } from "./interval";
import { type Token, type TokenReader, UnsupportedSql } from "./tokenReader";

export interface Cell {
    /** As the API returns it; null for NULL. */
    value: Value;
    type: DataTypeBody;
}

/** A row: its cells by column name, in capitals. */
export type Row = ReadonlyMap<string, Cell>;

/** What an expression is evaluated with. */
export interface Scope {
    /** The value of CURRENT_TIMESTAMP. */
    nowMs: number;
    row?: Row | undefined;
    /** The rows that an aggregate counts; undefined outside of one. */
    group?: readonly Row[];
}

export type Expression = (scope: Scope) => Cell;

type Operation = (a: Cell, b: Cell) => Cell;

const [or, and] = [logic("TRUE"), logic("FALSE")];
const equal = comparison((order) => order === 0);
const unequal = comparison((order) => order !== 0);
const subtract = arithmetic((a, b) => a - b);

/** The operators between two values, those that bind least first. */
const operators: readonly Readonly<Record<string, Operation>>[] = [
    { OR: or },
    { AND: and },
    {
        "=": equal,
        "<>": unequal,
        "!=": unequal,
        "<": comparison((order) => order < 0),
        "<=": comparison((order) => order <= 0),
        ">": comparison((order) => order > 0),
        ">=": comparison((order) => order >= 0),
    },
    { "+": arithmetic((a, b) => a + b), "-": subtract },
    {
        "*": arithmetic((a, b) => a * b),
        "/": arithmetic((a, b) => a / divisor(b)),
        "%": arithmetic((a, b) => a % divisor(b)),
    },
];
/** The level of comparisons, which NOT, IS and IN belong to. */
const comparing = 2;

const nullType: DataTypeBody = { type: "NULL", nullable: true };

/** Values that stand for themselves. */
const constants: Readonly<Record<string, (now: string) => Cell>> = {
    TRUE: () => truth(true),
    FALSE: () => truth(false),
    NULL: () => ({ value: null, type: nullType }),
    CURRENT_DATE: (now) => ({ value: now.slice(0, 10), type: { type: "DATE", nullable: false } }),
    CURRENT_TIMESTAMP: timestampOf,
    NOW: timestampOf,
};

/** Literals that are a word and a string: `DATE '2026-08-01'`. */
const literals: Readonly<Record<string, (text: string, reader: TokenReader) => Cell>> = {
    DATE: (value) => ({ value, type: { type: "DATE", nullable: false } }),
    TIME: timeLiteral("TIME_WITHOUT_TIME_ZONE"),
    TIMESTAMP: timeLiteral("TIMESTAMP_WITHOUT_TIME_ZONE"),
    X: (text) => ({
        value: `x'${text}'`,
        type: { type: "VARBINARY", nullable: false, length: text.length / 2 },
    }),
    INTERVAL(text, reader) {
        const first = readIntervalUnit(reader);
        return { value: readInterval(text, first), type: intervalType(first) };
    },
};

/** What is made of a list of values, by its name and the bracket after it. */
const functions: Readonly<Record<string, (cells: readonly Cell[]) => Cell>> = {
    "ARRAY[": (cells) => ({
        value: valuesOf(cells),
        type: { type: "ARRAY", nullable: false, element_type: typeOfAll(cells) },
    }),
    /** `MAP['key', 1, 'other', 2]`; in the API, a map is a list of pairs. */
    "MAP[": (cells) => {
        const keys = cells.filter((_, index) => index % 2 === 0);
        const values = cells.filter((_, index) => index % 2 === 1);
        return {
            value: keys.map(({ value }, index) => [value, values[index]?.value ?? null]),
            type: {
                type: "MAP",
                nullable: false,
                key_type: typeOfAll(keys),
                value_type: typeOfAll(values),
            },
        };
    },
    "ROW(": row,
    "COALESCE(": (cells) => ({
        value: cells.find(({ value }) => value !== null)?.value ?? null,
        type: { ...typeOfAll(cells), nullable: cells.every(({ type }) => type.nullable) },
    }),
};

/** Of the values that are not NULL. `type` is theirs, nullable. Over no rows, COUNT is 0 and COLLECT is empty; the others are NULL. */
const aggregates: Readonly<Record<string, (cells: readonly Cell[], type: DataTypeBody) => Cell>> = {
    COUNT: (cells) => ({ value: String(cells.length), type: bigintType }),
    SUM(cells, type) {
        const numbers = cells.map((cell) => wholeOf(cell, "SUM of other than whole numbers"));
        return { value: cells.length === 0 ? null : String(numbers.reduce((a, b) => a + b)), type };
    },
    MIN: (cells, type) => ({ value: [...cells].sort(compare)[0]?.value ?? null, type }),
    MAX: (cells, type) => ({ value: [...cells].sort(compare).at(-1)?.value ?? null, type }),
    COLLECT(cells, type) {
        const counts = new Map<string, number>();
        for (const value of valuesOf(cells).map((one) => JSON.stringify(one))) {
            counts.set(value, (counts.get(value) ?? 0) + 1);
        }
        return {
            value: [...counts].map(([value, count]) => [JSON.parse(value), String(count)]),
            type: { type: "MULTISET", nullable: false, element_type: type },
        };
    },
};
const aggregatePattern = new RegExp(`(?:^| )(?:${Object.keys(aggregates).join("|")}) \\(`);

/** Whether an expression of this shape combines several rows. */
export function hasAggregate(shape: string): boolean {
    return aggregatePattern.test(shape);
}

/** Literals, CAST, operators, functions, columns and aggregates. */
export function readExpression(reader: TokenReader): Expression {
    return reader.nested(() => readOperation(reader, 0));
}

/** Whether a condition holds: NULL counts as false. */
export function isTrue({ value }: Cell): boolean {
    return value === "TRUE";
}

function readOperation(reader: TokenReader, level: number): Expression {
    const signs = operators[level];
    if (signs === undefined) return readOperand(reader);
    if (level === comparing && reader.take("NOT"))
        return not(reader.nested(() => readOperation(reader, level)));
    let left = readOperation(reader, level + 1);
    if (level === comparing) left = readPredicate(reader, left);
    for (;;) {
        const sign = Object.entries(signs).find(([one]) => reader.take(one));
        if (sign === undefined) return left;
        const [before, right] = [left, readOperation(reader, level + 1)];
        left = (scope) => sign[1](before(scope), right(scope));
    }
}

/** `IS [NOT] NULL` or `[NOT] IN (…)` after a value; the value itself without them. */
function readPredicate(reader: TokenReader, left: Expression): Expression {
    if (reader.take("IS")) {
        const wanted = !reader.take("NOT");
        reader.require("NULL");
        return (scope) => truth((left(scope).value === null) === wanted);
    }
    const isNot = reader.take("NOT");
    if (reader.take("IN")) {
        const list = readItems(reader);
        const isIn: Expression = (scope) =>
            list.map((one) => equal(left(scope), one(scope))).reduce(or, truth(false));
        return isNot ? not(isIn) : isIn;
    }
    if (isNot) throw new UnsupportedSql("NOT");
    return left;
}

function readOperand(reader: TokenReader): Expression {
    if (reader.at("(")) {
        const items = readItems(reader);
        // `(1, 'a')` is a row, as ROW(1, 'a').
        return items.length === 1 && items[0] ? items[0] : ofAll(row, items);
    }
    if (reader.take("+")) return reader.nested(() => readOperand(reader));
    if (reader.take("-")) {
        const operand = reader.nested(() => readOperand(reader));
        return (scope) => {
            const cell = operand(scope);
            const keepsDigits = cell.value !== null && /DECIMAL|DOUBLE/.test(cell.type.type);
            return keepsDigits ? { ...cell, value: `-${cell.value}` } : subtract(whole(0n), cell);
        };
    }
    const token = reader.next();
    const { kind, text } = token;
    if (kind === "string")
        return () => ({ value: text, type: { type: "CHAR", nullable: false, length: text.length } });
    if (kind === "number") return () => readNumber(text);
    if (kind === "symbol") throw new UnsupportedSql(`'${text}'`);
    return (kind === "word" ? readWord(reader, text.toUpperCase()) : undefined) ?? readColumn(reader, token);
}

/** Undefined for a word that is a name. */
function readWord(reader: TokenReader, word: string): Expression | undefined {
    const literal = literals[word];
    if (literal !== undefined && reader.peek()?.kind === "string") {
        const cell = literal(reader.next().text, reader);
        return () => cell;
    }
    const constant = constants[word];
    if (constant !== undefined) {
        if (reader.take("(")) reader.require(")");
        return ({ nowMs }) => constant(new Date(nowMs).toISOString());
    }
    const open = reader.peek()?.text;
    const make = functions[`${word}${open}`];
    if (make !== undefined) return ofAll(make, readItems(reader, open, open === "[" ? "]" : ")"));
    if (!reader.at("(")) return undefined;
    if (word === "CAST") {
        return reader.enclosed(() => {
            const inner = readExpression(reader);
            reader.require("AS");
            const type = readType(reader);
            return (scope) => cast(inner(scope), type);
        });
    }
    const combine = aggregates[word];
    if (combine === undefined) throw new UnsupportedSql(`the function ${word}`);
    const argument: Expression = reader.enclosed(() =>
        reader.take("*") ? () => truth(true) : readExpression(reader),
    );
    return ({ nowMs, row, group = [] }) => {
        const cells = group.map((one) => argument({ nowMs, row: one })).filter(({ value }) => value !== null);
        // Without rows, the row of NULLs shows the type.
        const { type } = cells[0] ?? argument({ nowMs, row });
        return combine(cells, { ...type, nullable: true });
    };
}

/** `id`, `orders.id`, or a field of a row: `address.city`. */
function readColumn(reader: TokenReader, first: Token): Expression {
    const path = [first.text];
    while (reader.take(".")) path.push(reader.name());
    return ({ row: cells }) => {
        const start = path.findIndex((part) => cells?.has(part.toUpperCase()));
        const cell = cells?.get(path[start]?.toUpperCase() ?? "");
        if (cell === undefined) throw new UnsupportedSql(`the column '${path.join(".")}'`);
        return path.slice(start + 1).reduce(fieldOf, cell);
    };
}

function fieldOf({ value, type }: Cell, name: string): Cell {
    const index = (type.fields ?? []).findIndex((one) => one.name.toUpperCase() === name.toUpperCase());
    const field = type.fields?.[index];
    if (field === undefined) throw new UnsupportedSql(`the field '${name}'`);
    return { value: Array.isArray(value) ? (value[index] ?? null) : null, type: field.field_type };
}

function readItems(reader: TokenReader, open?: string, close?: string): Expression[] {
    return reader.enclosed(() => reader.list(() => readExpression(reader)), open, close);
}

function ofAll(make: (cells: readonly Cell[]) => Cell, items: readonly Expression[]): Expression {
    return (scope) => make(items.map((item) => item(scope)));
}

function row(cells: readonly Cell[]): Cell {
    const fields = cells.map(({ type }, index) => ({ name: `EXPR$${index}`, field_type: type }));
    return { value: valuesOf(cells), type: { type: "ROW", nullable: false, fields } };
}

function valuesOf(cells: readonly Cell[]): Value[] {
    return cells.map(({ value }) => value);
}

function typeOfAll(cells: readonly Cell[]): DataTypeBody {
    return cells.map(({ type }) => type).reduce(commonType, cells[0]?.type ?? nullType);
}

function truth(value: boolean | null): Cell {
    return {
        value: value === null ? null : value ? "TRUE" : "FALSE",
        type: { ...booleanType, nullable: value === null },
    };
}

function not(inner: Expression): Expression {
    return (scope) => {
        const cell = inner(scope);
        return truth(cell.value === null ? null : !isTrue(cell));
    };
}

/** The result is `decisive` if one side is; otherwise NULL if one side is NULL. */
function logic(decisive: "TRUE" | "FALSE"): Operation {
    return ({ value: a }, { value: b }) => {
        if (a === decisive || b === decisive) return truth(decisive === "TRUE");
        return truth(a === null || b === null ? null : decisive !== "TRUE");
    };
}

/** In SQL, NULL is neither equal nor unequal to anything. */
function comparison(holds: (order: number) => boolean): Operation {
    return (a, b) => truth(a.value === null || b.value === null ? null : holds(compare(a, b)));
}

/** Numbers by their value, everything else by its text. */
function compare(a: Cell, b: Cell): number {
    const areNumbers = [a, b].every(({ type }) => /^(.*INT|INTEGER|DECIMAL|FLOAT|DOUBLE)$/.test(type.type));
    if (areNumbers) return Number(a.value) - Number(b.value);
    const [x, y] = [JSON.stringify(a.value), JSON.stringify(b.value)];
    return x === y ? 0 : x < y ? -1 : 1;
}

function arithmetic(compute: (a: bigint, b: bigint) => bigint): Operation {
    return (a, b) => {
        if (a.value === null || b.value === null)
            return { value: null, type: { ...(a.value === null ? b : a).type, nullable: true } };
        const otherwise = "arithmetic other than on whole numbers";
        return whole(compute(wholeOf(a, otherwise), wholeOf(b, otherwise)));
    };
}

function divisor(value: bigint): bigint {
    if (value === 0n) throw new UnsupportedSql("a division by zero");
    return value;
}

function wholeOf({ value, type }: Cell, otherwise: string): bigint {
    if (!/INT(EGER)?$/.test(type.type) || !/^-?\d+$/.test(String(value))) throw new UnsupportedSql(otherwise);
    return BigInt(String(value));
}

function whole(value: bigint): Cell {
    const type = value > 2_147_483_647n || value < -2_147_483_648n ? "BIGINT" : "INTEGER";
    return { value: String(value), type: { type, nullable: false } };
}

function readNumber(text: string): Cell {
    if (/e/i.test(text)) return { value: text, type: { type: "DOUBLE", nullable: false } };
    if (!text.includes(".")) return whole(BigInt(text));
    const scale = text.length - text.indexOf(".") - 1;
    return { value: text, type: { type: "DECIMAL", nullable: false, precision: text.length - 1, scale } };
}

function timeLiteral(type: string): (value: string) => Cell {
    return (value) => {
        const precision = /\.(\d+)$/.exec(value)?.[1]?.length ?? 0;
        return { value, type: { type, nullable: false, precision } };
    };
}

function timestampOf(now: string): Cell {
    const type = { type: "TIMESTAMP_WITH_LOCAL_TIME_ZONE", nullable: false, precision: 3 };
    return { value: now.slice(0, 23).replace("T", " "), type };
}

/** Changes the type only. A text that is not a value of the type is not detected; Flink would reject it. */
function cast(cell: Cell, type: DataTypeBody): Cell {
    const isNested = /^(ARRAY|MAP|MULTISET|ROW)$/.test(type.type);
    if (cell.value !== null && Array.isArray(cell.value) !== isNested)
        throw new UnsupportedSql(`CAST to ${type.type}`);
    return { value: cell.value, type: { ...type, nullable: cell.value === null || cell.type.nullable } };
}
