import type { DataTypeBody } from "../schemas";
import type { Value } from "./catalogs";
import { readOptions } from "./connectionDdl";
import { readType } from "./dataTypes";
import { TokenReader, tokenize, UnsupportedSql } from "./tokenReader";

/** A CREATE or DROP of a table or view. */
export interface TableDdl {
    action: "create" | "drop";
    kind: "BASE TABLE" | "VIEW";
    /** CREATE MATERIALIZED TABLE. */
    isMaterialized: boolean;
    /** The parts of `table`, `database.table` or `catalog.database.table`. */
    path: readonly string[];
    /** IF [NOT] EXISTS or OR REPLACE: an existing (or missing) table is not an error. */
    isLenient: boolean;
    /** The declared columns; empty where a query determines them. */
    columns: readonly { name: string; type: DataTypeBody }[];
    /** What a query puts into it. */
    rows: readonly (readonly Value[])[];
    /** WITH ('changelog.mode' = 'append') */
    options: Readonly<Record<string, string>>;
    /** The query of CREATE … AS. */
    query?: string;
}

const createStart =
    /^CREATE\s+(OR\s+(?:REPLACE|ALTER)\s+)?(TABLE|VIEW|MATERIALIZED\s+TABLE)\s+(IF\s+NOT\s+EXISTS\s+)?/i;
const dropStart = /^DROP\s+(TABLE|VIEW|MATERIALIZED\s+TABLE)\s+(IF\s+EXISTS\s+)?/i;

/** Undefined for other statements, and for unsupported syntax: such a statement changes no table. */
export function readTableDdl(sql: string): TableDdl | undefined {
    try {
        const drop = dropStart.exec(sql);
        if (drop !== null) {
            return {
                action: "drop",
                kind: kindOf(drop[1]),
                isMaterialized: false,
                path: new TokenReader(tokenize(sql.slice(drop[0].length))).path(),
                isLenient: drop[2] !== undefined,
                columns: [],
                rows: [],
                options: {},
            };
        }
        const create = createStart.exec(sql);
        return create === null ? undefined : readCreate(sql.slice(create[0].length), create);
    } catch (error) {
        if (error instanceof UnsupportedSql) return undefined;
        throw error;
    }
}

function readCreate(rest: string, [, replace, kind, lenient]: RegExpExecArray): TableDdl {
    const reader = new TokenReader(tokenize(rest));
    const path = reader.path();
    const query = /\bAS\s*(\(?\s*(?:SELECT|WITH|VALUES)\b[\s\S]*)$/i.exec(rest)?.[1];
    const columns = reader.peek()?.text === "(" && kindOf(kind) === "BASE TABLE" ? readColumns(reader) : [];
    return {
        action: "create",
        kind: kindOf(kind),
        isMaterialized: /^MATERIALIZED/i.test(kind ?? ""),
        path,
        isLenient: replace !== undefined || lenient !== undefined,
        columns,
        rows: [],
        options: readOptions(rest),
        ...(query === undefined ? {} : { query }),
    };
}

function kindOf(word: string | undefined): TableDdl["kind"] {
    return word?.toUpperCase() === "VIEW" ? "VIEW" : "BASE TABLE";
}

function readColumns(reader: TokenReader): { name: string; type: DataTypeBody }[] {
    reader.require("(");
    const columns = [];
    do {
        if (isConstraint(reader)) {
            skip(reader);
            continue;
        }
        const name = reader.name();
        const type = readType(reader);
        const isRequired = reader.take("NOT", "NULL");
        columns.push({ name, type: { ...type, nullable: !isRequired } });
        skip(reader);
    } while (reader.take(","));
    reader.require(")");
    return columns;
}

function isConstraint(reader: TokenReader): boolean {
    const token = reader.peek();
    return token?.kind === "word" && /^(PRIMARY|WATERMARK|CONSTRAINT|UNIQUE|LIKE)$/i.test(token.text);
}

/** Skips to the comma or parenthesis that ends a column. */
function skip(reader: TokenReader): void {
    for (let depth = 0; ; reader.next()) {
        const text = reader.peek()?.text;
        if (text === undefined || (depth === 0 && (text === "," || text === ")"))) return;
        depth += text === "(" ? 1 : text === ")" ? -1 : 0;
    }
}
