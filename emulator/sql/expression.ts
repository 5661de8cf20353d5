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

/** A row: its cells by column name. */
export type Row = ReadonlyMap<string, Cell>;

/** What an expression is evaluated with. */
export interface Scope {
    /** The value of CURRENT_TIMESTAMP. */
    nowMs: number;
    row?: Row;
    /** The rows that an aggregate counts; undefined outside of one. */
    group?: readonly Row[];
}

export type Expression = (scope: Scope) => Cell;

const nullType: DataTypeBody = { type: "NULL", nullable: true };

/**
 * Literals, `CAST`, arithmetic on whole numbers, comparisons, AND, OR, NOT, IN, COALESCE, ARRAY, MAP, ROW, `CURRENT_TIMESTAMP`, columns and
 * aggregates.
 */
export function readExpression(reader: TokenReader): Expression {
    return reader.nested(() => readOr(reader));
}

/** Whether a condition holds: NULL counts as false. */
export function isTrue({ value }: Cell): boolean {
    return value === "TRUE";
}

function readOr(reader: TokenReader): Expression {
    const parts = [readAnd(reader)];
    while (reader.take("OR")) parts.push(readAnd(reader));
    return logic(parts, "TRUE");
}

function readAnd(reader: TokenReader): Expression {
    const parts = [readNot(reader)];
    while (reader.take("AND")) parts.push(readNot(reader));
    return logic(parts, "FALSE");
}

/** The result is `decisive` if one part is; otherwise NULL if one part is NULL. */
function logic(parts: readonly Expression[], decisive: "TRUE" | "FALSE"): Expression {
    const [first] = parts;
    if (parts.length === 1 && first !== undefined) return first;
    return (scope) => {
        const values = parts.map((part) => part(scope).value);
        if (values.includes(decisive)) return truth(decisive === "TRUE");
        return values.includes(null) ? unknown() : truth(decisive !== "TRUE");
    };
}

function readNot(reader: TokenReader): Expression {
    if (!reader.take("NOT")) return readComparison(reader);
    return not(reader.nested(() => readNot(reader)));
}

function not(inner: Expression): Expression {
    return (scope) => {
        const { value } = inner(scope);
        return value === null ? unknown() : truth(value !== "TRUE");
    };
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
    "=": (order) => order === 0,
    "<>": (order) => order !== 0,
    "!=": (order) => order !== 0,
    "<": (order) => order < 0,
    "<=": (order) => order <= 0,
    ">": (order) => order > 0,
    ">=": (order) => order >= 0,
};

function readComparison(reader: TokenReader): Expression {
    const left = readSum(reader);
    if (reader.take("IS")) {
        const wanted = !reader.take("NOT");
        reader.require("NULL");
        return (scope) => truth((left(scope).value === null) === wanted);
    }
    const isNot = reader.take("NOT");
    if (reader.take("IN", "(")) {
        const list = readItems(reader, ")");
        const isIn: Expression = (scope) => {
            const cell = left(scope);
            const others = list.map((one) => one(scope));
            if (cell.value === null) return unknown();
            return truth(others.some((other) => other.value !== null && compare(cell, other) === 0));
        };
        return isNot ? not(isIn) : isIn;
    }
    if (isNot) throw new UnsupportedSql("NOT");
    const sign = Object.keys(comparisons).find((one) => reader.take(one));
    const holds = sign === undefined ? undefined : comparisons[sign];
    if (holds === undefined) return left;
    const right = readSum(reader);
    return (scope) => {
        const [a, b] = [left(scope), right(scope)];
        // In SQL, NULL is neither equal nor unequal to anything.
        return a.value === null || b.value === null ? unknown() : truth(holds(compare(a, b)));
    };
}

/** Numbers by their value, everything else by its text. */
export function compare(a: Cell, b: Cell): number {
    if (isNumber(a.type) && isNumber(b.type)) return Number(a.value) - Number(b.value);
    const [x, y] = [JSON.stringify(a.value), JSON.stringify(b.value)];
    return x === y ? 0 : x < y ? -1 : 1;
}

function isNumber({ type }: DataTypeBody): boolean {
    return /^(TINYINT|SMALLINT|INTEGER|BIGINT|DECIMAL|FLOAT|DOUBLE)$/.test(type);
}

function truth(value: boolean): Cell {
    return { value: value ? "TRUE" : "FALSE", type: booleanType };
}

function unknown(): Cell {
    return { value: null, type: { ...booleanType, nullable: true } };
}

function readSum(reader: TokenReader): Expression {
    return readArithmetic(reader, ["+", "-"], readProduct);
}

function readProduct(reader: TokenReader): Expression {
    return readArithmetic(reader, ["*", "/", "%"], readOperand);
}

function readArithmetic(
    reader: TokenReader,
    signs: readonly string[],
    readPart: (reader: TokenReader) => Expression,
): Expression {
    let left = readPart(reader);
    for (;;) {
        const sign = signs.find((one) => reader.take(one));
        if (sign === undefined) return left;
        left = arithmetic(sign, left, readPart(reader));
    }
}

function readOperand(reader: TokenReader): Expression {
    if (reader.take("(")) {
        const items = readItems(reader, ")");
        // `(1, 'a')` is a row, as ROW(1, 'a').
        return items.length === 1 && items[0] !== undefined ? items[0] : row(items);
    }
    if (reader.take("-")) {
        const operand = reader.nested(() => readOperand(reader));
        return arithmetic("-", constant({ value: "0", type: whole(0) }), operand, true);
    }
    if (reader.take("+")) return reader.nested(() => readOperand(reader));
    if (reader.take("CAST", "(")) {
        const inner = readExpression(reader);
        reader.require("AS");
        const type = readType(reader);
        reader.require(")");
        return (scope) => cast(inner(scope), type);
    }
    if (reader.take("ARRAY", "[")) return array(readItems(reader, "]"));
    if (reader.take("MAP", "[")) return map(readItems(reader, "]"));
    if (reader.take("ROW", "(")) return row(readItems(reader, ")"));
    if (reader.peek(1)?.kind === "string" && reader.take("INTERVAL")) {
        const text = reader.next().text;
        const first = readIntervalUnit(reader);
        return constant({ value: readInterval(text, first), type: intervalType(first) });
    }
    for (const type of ["DATE", "TIMESTAMP", "TIME"] as const) {
        if (reader.peek(1)?.kind === "string" && reader.take(type)) {
            const value = reader.next().text;
            const precision = /\.(\d+)$/.exec(value)?.[1]?.length ?? 0;
            return constant({
                value,
                type:
                    type === "DATE"
                        ? { type, nullable: false }
                        : { type: `${type}_WITHOUT_TIME_ZONE`, nullable: false, precision },
            });
        }
    }
    if (reader.peek(1)?.kind === "string" && reader.take("X")) {
        const value = `x'${reader.next().text}'`;
        return constant({
            value,
            type: { type: "VARBINARY", nullable: false, length: (value.length - 3) / 2 },
        });
    }
    return readAtom(reader);
}

function readItems(reader: TokenReader, end: string): Expression[] {
    const items = reader.list(() => readExpression(reader));
    reader.require(end);
    return items;
}

function array(items: readonly Expression[]): Expression {
    return (scope) => {
        const cells = items.map((item) => item(scope));
        return {
            value: cells.map(({ value }) => value),
            type: { type: "ARRAY", nullable: false, element_type: typeOfAll(cells) },
        };
    };
}

/** `MAP['key', 1, 'other', 2]`; in the API, a map is a list of pairs. */
function map(items: readonly Expression[]): Expression {
    return (scope) => {
        const cells = items.map((item) => item(scope));
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
    };
}

function row(items: readonly Expression[]): Expression {
    return (scope) => {
        const cells = items.map((item) => item(scope));
        return {
            value: cells.map(({ value }) => value),
            type: {
                type: "ROW",
                nullable: false,
                fields: cells.map(({ type }, index) => ({ name: `EXPR$${index}`, field_type: type })),
            },
        };
    };
}

function typeOfAll(cells: readonly Cell[]): DataTypeBody {
    return cells.map(({ type }) => type).reduce(commonType, cells[0]?.type ?? nullType);
}

function readAtom(reader: TokenReader): Expression {
    const token = reader.next();
    const { kind, text } = token;
    if (kind === "string")
        return constant({ value: text, type: { type: "CHAR", nullable: false, length: text.length } });
    if (kind === "number") return constant(readNumber(text));
    if (kind === "symbol") throw new UnsupportedSql(`'${text}'`);
    if (kind === "word") {
        if (/^(TRUE|FALSE)$/i.test(text)) return constant({ value: text.toUpperCase(), type: booleanType });
        if (/^NULL$/i.test(text)) return constant({ value: null, type: nullType });
        if (/^(CURRENT_TIMESTAMP|NOW|CURRENT_DATE)$/i.test(text)) {
            if (reader.take("(")) reader.require(")");
            return (scope) => clock(text.toUpperCase() === "CURRENT_DATE", scope.nowMs);
        }
        if (reader.take("(")) return readFunction(reader, text.toUpperCase());
    }
    return readColumn(reader, token);
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

const aggregates: readonly string[] = ["COUNT", "SUM", "MIN", "MAX", "COLLECT"];

function readFunction(reader: TokenReader, name: string): Expression {
    if (aggregates.includes(name)) {
        reader.aggregates += 1;
        const isStar = reader.take("*");
        if (isStar) reader.require(")");
        const argument = isStar ? constant(truth(true)) : readItems(reader, ")")[0];
        if (argument !== undefined) return aggregate(name, argument);
    }
    if (name === "COALESCE") {
        const items = readItems(reader, ")");
        return (scope) => {
            const cells = items.map((item) => item(scope));
            const type = typeOfAll(cells);
            const found = cells.find(({ value }) => value !== null);
            return {
                value: found?.value ?? null,
                type: { ...type, nullable: cells.every((one) => one.type.nullable) },
            };
        };
    }
    throw new UnsupportedSql(`the function ${name}`);
}

/** Over no rows, COUNT is 0 and COLLECT is empty; the others are NULL. */
function aggregate(name: string, argument: Expression): Expression {
    return ({ nowMs, row: one, group = [] }) => {
        const cells = group.map((row) => argument({ nowMs, row })).filter(({ value }) => value !== null);
        // Without rows, the row of NULLs shows the type.
        const type = { ...(cells[0] ?? argument({ nowMs, ...(one && { row: one }) })).type, nullable: true };
        switch (name) {
            case "COUNT":
                return { value: String(cells.length), type: bigintType };
            case "COLLECT": {
                const counts = new Map<string, number>();
                for (const { value } of cells) {
                    counts.set(JSON.stringify(value), (counts.get(JSON.stringify(value)) ?? 0) + 1);
                }
                return {
                    value: [...counts].map(([value, count]) => [JSON.parse(value), String(count)]),
                    type: { type: "MULTISET", nullable: false, element_type: type },
                };
            }
            case "SUM": {
                const areWhole = cells.every((cell) => /INT/.test(cell.type.type));
                if (!areWhole) throw new UnsupportedSql("SUM of other than whole numbers");
                const sum = cells.reduce((total, { value }) => total + BigInt(String(value)), 0n);
                return { value: cells.length === 0 ? null : String(sum), type };
            }
            default: {
                const sorted = [...cells].sort(compare);
                return { value: (name === "MIN" ? sorted[0] : sorted.at(-1))?.value ?? null, type };
            }
        }
    };
}

function clock(isDate: boolean, nowMs: number): Cell {
    const now = new Date(nowMs).toISOString();
    return isDate
        ? { value: now.slice(0, 10), type: { type: "DATE", nullable: false } }
        : {
              value: now.slice(0, 23).replace("T", " "),
              type: { type: "TIMESTAMP_WITH_LOCAL_TIME_ZONE", nullable: false, precision: 3 },
          };
}

function constant(cell: Cell): Expression {
    return () => cell;
}

function whole(value: number | bigint): DataTypeBody {
    return {
        type: value > 2_147_483_647 || value < -2_147_483_648 ? "BIGINT" : "INTEGER",
        nullable: false,
    };
}

function readNumber(text: string): Cell {
    if (/e/i.test(text)) return { value: text, type: { type: "DOUBLE", nullable: false } };
    if (!text.includes(".")) return { value: String(BigInt(text)), type: whole(BigInt(text)) };
    const scale = text.length - text.indexOf(".") - 1;
    const precision = text.replace(/\D/g, "").length;
    return { value: text, type: { type: "DECIMAL", nullable: false, precision, scale } };
}

/** @param isSign whether `-` is the sign of a number: a DECIMAL then keeps its digits */
function arithmetic(sign: string, left: Expression, right: Expression, isSign = false): Expression {
    return (scope) => {
        const [a, b] = [left(scope), right(scope)];
        if (a.value === null || b.value === null)
            return { value: null, type: { ...(a.value === null ? b.type : a.type), nullable: true } };
        const areWhole = [a, b].every(({ type }) => /INT/.test(type.type));
        if (!areWhole) {
            if (isSign && /DECIMAL|DOUBLE/.test(b.type.type)) return { value: `-${b.value}`, type: b.type };
            throw new UnsupportedSql("arithmetic other than on whole numbers");
        }
        const value = compute(sign, BigInt(String(a.value)), BigInt(String(b.value)));
        return { value: String(value), type: whole(value) };
    };
}

function compute(sign: string, a: bigint, b: bigint): bigint {
    switch (sign) {
        case "+":
            return a + b;
        case "-":
            return a - b;
        case "*":
            return a * b;
        default:
            if (b === 0n) throw new UnsupportedSql("a division by zero");
            return sign === "/" ? a / b : a % b;
    }
}

/** Changes the type only. A text that is not a value of the type is not detected; Flink would reject it. */
function cast(cell: Cell, type: DataTypeBody): Cell {
    const isNested = /^(ARRAY|MAP|MULTISET|ROW)$/.test(type.type);
    if (cell.value !== null && Array.isArray(cell.value) !== isNested)
        throw new UnsupportedSql(`CAST to ${type.type}`);
    return { value: cell.value, type: { ...type, nullable: cell.value === null || cell.type.nullable } };
}
