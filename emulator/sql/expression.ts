import type { DataTypeBody } from "../schemas";
import { type TokenReader, UnsupportedSql } from "./tokenReader";

export interface Cell {
    /** As the API returns it; null for NULL. */
    value: string | null;
    type: DataTypeBody;
}

/** What an expression is evaluated with: the current time, and the columns by name, in capitals. */
export interface Scope {
    nowMs: number;
    row?: ReadonlyMap<string, Cell>;
}

export type Expression = (scope: Scope) => Cell;

export const stringType: DataTypeBody = { type: "VARCHAR", nullable: true, length: 2_147_483_647 };
export const integerType: DataTypeBody = { type: "INTEGER", nullable: true };
const nullType: DataTypeBody = { type: "NULL", nullable: true };
const booleanType: DataTypeBody = { type: "BOOLEAN", nullable: false };

/** Literals, `CAST`, `+ - * / %`, dates and times, `CURRENT_TIMESTAMP`, and columns. */
export function readExpression(reader: TokenReader): Expression {
    return reader.nested(() => readSum(reader));
}

function readSum(reader: TokenReader): Expression {
    let left = readProduct(reader);
    for (;;) {
        const sign = reader.take("+") ? "+" : reader.take("-") ? "-" : undefined;
        if (sign === undefined) return left;
        left = arithmetic(sign, left, readProduct(reader));
    }
}

function readProduct(reader: TokenReader): Expression {
    let left = readOperand(reader);
    for (;;) {
        const sign = reader.take("*") ? "*" : reader.take("/") ? "/" : reader.take("%") ? "%" : undefined;
        if (sign === undefined) return left;
        left = arithmetic(sign, left, readOperand(reader));
    }
}

function readOperand(reader: TokenReader): Expression {
    if (reader.take("(")) {
        const inner = readExpression(reader);
        reader.require(")");
        return inner;
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
    for (const type of ["DATE", "TIMESTAMP", "TIME"] as const) {
        if (reader.peek(1)?.kind === "string" && reader.take(type)) {
            const value = reader.next().text;
            const fraction = /\.(\d+)$/.exec(value)?.[1]?.length ?? 0;
            return constant({
                value,
                type:
                    type === "DATE"
                        ? { type, nullable: false }
                        : type === "TIME"
                          ? { type: "TIME_WITHOUT_TIME_ZONE", nullable: false, precision: fraction }
                          : { type: "TIMESTAMP_WITHOUT_TIME_ZONE", nullable: false, precision: fraction },
            });
        }
    }
    return readAtom(reader);
}

function readAtom(reader: TokenReader): Expression {
    const token = reader.next();
    const { kind, text } = token;
    if (kind === "string") {
        return constant({ value: text, type: { type: "CHAR", nullable: false, length: text.length } });
    }
    if (kind === "number") return constant(readNumber(text));
    if (kind === "symbol") throw new UnsupportedSql(`'${text}'`);
    if (kind === "word") {
        if (/^(TRUE|FALSE)$/i.test(text)) return constant({ value: text.toUpperCase(), type: booleanType });
        if (/^NULL$/i.test(text)) return constant({ value: null, type: nullType });
        if (/^(CURRENT_TIMESTAMP|NOW|CURRENT_DATE)$/i.test(text)) {
            if (reader.take("(")) reader.require(")");
            return (scope) => clock(text.toUpperCase() === "CURRENT_DATE", scope.nowMs);
        }
        if (reader.take("(")) throw new UnsupportedSql(`the function ${text.toUpperCase()}`);
    }
    return ({ row }) => {
        const cell = row?.get(text.toUpperCase());
        if (cell === undefined) throw new UnsupportedSql(`the column '${text}'`);
        return cell;
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
    if (!text.includes(".")) return { value: String(BigInt(text)), type: whole(BigInt(text)) };
    const scale = text.length - text.indexOf(".") - 1;
    const precision = text.replace(/\D/g, "").length;
    return { value: text, type: { type: "DECIMAL", nullable: false, precision, scale } };
}

/** @param isSign whether `-` is the sign of a number: a DECIMAL then keeps its digits */
function arithmetic(sign: string, left: Expression, right: Expression, isSign = false): Expression {
    return (scope) => {
        const [a, b] = [left(scope), right(scope)];
        if (a.value === null || b.value === null) {
            return { value: null, type: { ...(a.value === null ? b.type : a.type), nullable: true } };
        }
        const areWhole = [a, b].every(({ type }) => /INT/.test(type.type));
        if (!areWhole) {
            if (isSign && b.type.type === "DECIMAL") return { value: `-${b.value}`, type: b.type };
            throw new UnsupportedSql("arithmetic other than on whole numbers");
        }
        const value = compute(sign, BigInt(a.value), BigInt(b.value));
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

const wireTypes: Readonly<Record<string, string>> = {
    INT: "INTEGER",
    STRING: "VARCHAR",
    BYTES: "VARBINARY",
    TIMESTAMP: "TIMESTAMP_WITHOUT_TIME_ZONE",
    TIMESTAMP_LTZ: "TIMESTAMP_WITH_LOCAL_TIME_ZONE",
    TIME: "TIME_WITHOUT_TIME_ZONE",
};
const typesWithLength: readonly string[] = ["CHAR", "VARCHAR", "VARBINARY", "BINARY"];

/** `INT`, `VARCHAR(10)`, `DECIMAL(10, 2)`, `TIMESTAMP(3)`. ARRAY, MAP, ROW and MULTISET are not supported. */
export function readType(reader: TokenReader): DataTypeBody {
    const written = reader.name().toUpperCase();
    if (/^(ARRAY|MAP|ROW|MULTISET)$/.test(written)) throw new UnsupportedSql(`the type ${written}`);
    const type = wireTypes[written] ?? written;
    const numbers: number[] = [];
    if (reader.take("(")) {
        do {
            numbers.push(Number(reader.next().text));
        } while (reader.take(","));
        reader.require(")");
    }
    const [first, second] = numbers;
    if (typesWithLength.includes(type)) {
        const unbounded = written === "STRING" || written === "BYTES" ? 2_147_483_647 : 1;
        return { type, nullable: true, length: first ?? unbounded };
    }
    return {
        type,
        nullable: true,
        ...(type === "DECIMAL"
            ? { precision: first ?? 10, scale: second ?? 0 }
            : first === undefined
              ? {}
              : { precision: first }),
    };
}

/** Changes the type only. A text that is not a value of the type is not detected; Flink would reject it. */
function cast(cell: Cell, type: DataTypeBody): Cell {
    return { value: cell.value, type: { ...type, nullable: cell.value === null || cell.type.nullable } };
}

/** A type as INFORMATION_SCHEMA shows it: `INT`, `VARCHAR(2147483647)`, `DECIMAL(10, 2)`. */
export function formatType({ type, length, precision, scale }: DataTypeBody): string {
    const name = Object.entries(wireTypes).find(([, wire]) => wire === type)?.[0];
    if (typesWithLength.includes(type)) return `${type}(${length ?? 1})`;
    const arguments_ =
        precision === undefined
            ? ""
            : `(${[precision, scale].filter((one) => one !== undefined).join(", ")})`;
    return `${name ?? type}${arguments_}`;
}
