import type { Column, Value } from "./catalogs";
import { readDeclaredType } from "./dataTypes";
import { type Token, TokenReader, UnsupportedSql } from "./tokenReader";

/** A CREATE or DROP of a table or view, or a CREATE, ALTER or DROP of a connection. */
export interface Ddl {
    action: "CREATE" | "ALTER" | "DROP";
    kind: "BASE TABLE" | "VIEW" | "CONNECTION";
    /** CREATE MATERIALIZED TABLE. */
    isMaterialized: boolean;
    /** The parts of `table`, `database.table` or `catalog.database.table`. */
    path: readonly string[];
    /** IF [NOT] EXISTS or OR REPLACE: what exists (or is missing) is not an error. */
    isLenient: boolean;
    /** The declared columns; empty where a query determines them. */
    columns: readonly Column[];
    /** What a query puts into it. */
    rows: readonly (readonly Value[])[];
    /** WITH or SET ('changelog.mode' = 'append', …); of a connection its `type`, `endpoint` and credentials. */
    options: Readonly<Record<string, string>>;
    /** The query of CREATE … AS. */
    query?: string;
}

/** Undefined for other statements, and for unsupported syntax: such a statement changes nothing. */
export function readDdl(sql: string, tokens: readonly Token[]): Ddl | undefined {
    const reader = new TokenReader(tokens);
    const action = (["CREATE", "ALTER", "DROP"] as const).find((word) => reader.take(word));
    const replaces = reader.take("OR", "REPLACE") || reader.take("OR", "ALTER");
    const isMaterialized = reader.take("MATERIALIZED");
    const object = (["TABLE", "VIEW", "CONNECTION"] as const).find((word) => reader.take(word));
    if (action === undefined || object === undefined || (action === "ALTER" && object !== "CONNECTION"))
        return undefined;
    const isLenient = reader.take("IF", "NOT", "EXISTS") || reader.take("IF", "EXISTS") || replaces;
    try {
        const path = reader.path();
        const columns = object === "TABLE" && reader.at("(") ? readColumns(reader) : [];
        const options: [string, string][] = [];
        for (; reader.peek() !== undefined && !reader.take("AS"); reader.next()) {
            const [key, sign, value] = [reader.peek(), reader.peek(1), reader.peek(2)];
            if (key?.kind === "string" && sign?.text === "=" && value?.kind === "string")
                options.push([key.text, value.text]);
        }
        const query = sql.slice(reader.peek()?.start, tokens.at(-1)?.end);
        return {
            action,
            kind: object === "TABLE" ? "BASE TABLE" : object,
            isMaterialized,
            path,
            isLenient,
            columns,
            rows: [],
            options: Object.fromEntries(options),
            ...(reader.peek() && { query }),
        };
    } catch (error) {
        if (error instanceof UnsupportedSql) return undefined;
        throw error;
    }
}

function readColumns(reader: TokenReader): Column[] {
    const read = (): Column[] => {
        const isConstraint = ["PRIMARY", "WATERMARK", "CONSTRAINT", "UNIQUE", "LIKE"].some((word) =>
            reader.at(word),
        );
        const columns = isConstraint ? [] : [{ name: reader.name(), type: readDeclaredType(reader) }];
        // What follows ends at a comma or parenthesis.
        for (let depth = 0; depth > 0 || !(reader.at(",") || reader.at(")")); reader.next()) {
            depth += reader.at("(") ? 1 : reader.at(")") ? -1 : 0;
        }
        return columns;
    };
    return reader.enclosed(() => reader.list(read).flat());
}
