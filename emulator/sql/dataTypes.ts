import type { DataTypeBody } from "../schemas";
import { type TokenReader, UnsupportedSql } from "./tokenReader";

export const stringType: DataTypeBody = { type: "VARCHAR", nullable: true, length: 2_147_483_647 };
export const integerType: DataTypeBody = { type: "INTEGER", nullable: true };
export const bigintType: DataTypeBody = { type: "BIGINT", nullable: false };
export const booleanType: DataTypeBody = { type: "BOOLEAN", nullable: false };

/** The names in SQL of types that the API calls otherwise. */
const wireTypes: Readonly<Record<string, string>> = {
    INT: "INTEGER",
    STRING: "VARCHAR",
    BYTES: "VARBINARY",
    TIMESTAMP: "TIMESTAMP_WITHOUT_TIME_ZONE",
    TIMESTAMP_LTZ: "TIMESTAMP_WITH_LOCAL_TIME_ZONE",
    TIME: "TIME_WITHOUT_TIME_ZONE",
};
const typesWithLength: readonly string[] = ["CHAR", "VARCHAR", "VARBINARY", "BINARY"];

/** `INT`, `VARCHAR(10)`, `DECIMAL(10, 2)`, `ARRAY<INT>`, `MAP<INT, STRING>`, `ROW<a INT>`, `INTERVAL DAY TO SECOND`. */
export function readType(reader: TokenReader): DataTypeBody {
    return reader.nested(() => readTypeWithArguments(reader));
}

function readTypeWithArguments(reader: TokenReader): DataTypeBody {
    const written = reader.name().toUpperCase();
    const inside = <T>(read: () => T): T => reader.enclosed(read, "<", ">");
    const part = (): DataTypeBody => readDeclaredType(reader);
    switch (written) {
        case "ARRAY":
        case "MULTISET":
            return { type: written, nullable: true, element_type: inside(part) };
        case "MAP":
            return inside(() => {
                const key_type = part();
                reader.require(",");
                return { type: written, nullable: true, key_type, value_type: part() };
            });
        case "ROW": {
            const field = () => ({ name: reader.name(), field_type: part() });
            return { type: written, nullable: true, fields: inside(() => reader.list(field)) };
        }
        case "INTERVAL":
            return intervalType(readIntervalUnit(reader));
    }
    const type = wireTypes[written] ?? written;
    const [first, second] = reader.optionalList(() => Number(reader.next().text));
    if (typesWithLength.includes(type)) {
        const unbounded = written === "STRING" || written === "BYTES" ? 2_147_483_647 : 1;
        return { type, nullable: true, length: first ?? unbounded };
    }
    if (type === "DECIMAL") return { type, nullable: true, precision: first ?? 10, scale: second ?? 0 };
    return { type, nullable: true, ...(first !== undefined && { precision: first }) };
}

/** The type of a column, field or element: it may be followed by NOT NULL. */
export function readDeclaredType(reader: TokenReader): DataTypeBody {
    return { ...readType(reader), nullable: !reader.take("NOT", "NULL") };
}

export function intervalType(first: string): DataTypeBody {
    return first === "YEAR" || first === "MONTH"
        ? { type: "INTERVAL_YEAR_MONTH", nullable: false, precision: 2, resolution: "YEAR_TO_MONTH" }
        : {
              type: "INTERVAL_DAY_TIME",
              nullable: false,
              precision: 2,
              fractional_precision: 3,
              resolution: "DAY_TO_SECOND",
          };
}

/** Reads `YEAR TO MONTH`, `DAY TO SECOND(3)` or `HOUR`, and returns the first unit: it says whether months or time are counted. */
export function readIntervalUnit(reader: TokenReader): string {
    const units: string[] = [];
    do {
        const unit = reader.name().toUpperCase().replace(/S$/, "");
        if (!/^(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)$/.test(unit))
            throw new UnsupportedSql(`the interval unit ${unit}`);
        units.push(unit);
        reader.optionalList(() => reader.next());
    } while (reader.take("TO"));
    return units[0] ?? "";
}

/** A type as INFORMATION_SCHEMA shows it: `INT`, `VARCHAR(2147483647)`, `DECIMAL(10, 2)`, `ROW<a INT>`. */
export function formatType(body: DataTypeBody): string {
    const { type, length, precision, scale } = body;
    const inner = (part: DataTypeBody | undefined): string => (part === undefined ? "" : formatType(part));
    if (type === "ARRAY" || type === "MULTISET") return `${type}<${inner(body.element_type)}>`;
    if (type === "MAP") return `MAP<${inner(body.key_type)}, ${inner(body.value_type)}>`;
    if (type === "ROW")
        return `ROW<${(body.fields ?? []).map(({ name, field_type }) => `\`${name}\` ${formatType(field_type)}`).join(", ")}>`;
    if (typesWithLength.includes(type)) return `${type}(${length ?? 1})`;
    const name = Object.entries(wireTypes).find(([, wire]) => wire === type)?.[0];
    const numbers = [precision, scale].filter((one) => one !== undefined);
    return `${name ?? type}${numbers.length === 0 ? "" : `(${numbers.join(", ")})`}`;
}

/** The type of values of both types: nullable if one is, and long enough for both. */
export function commonType(a: DataTypeBody, b: DataTypeBody): DataTypeBody {
    const type = a.type === "NULL" ? b : a;
    const isText = /CHAR$/.test(a.type) && /CHAR$/.test(b.type);
    return {
        ...type,
        nullable: a.nullable || b.nullable,
        ...(isText && { length: Math.max(a.length ?? 0, b.length ?? 0) }),
        ...(isText && a.type !== b.type && { type: "VARCHAR" }),
        ...(a.type === "INTEGER" && b.type === "BIGINT" && { type: "BIGINT" }),
    };
}
