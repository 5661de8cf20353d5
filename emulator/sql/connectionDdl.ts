import { TokenReader, tokenize, UnsupportedSql } from "./tokenReader";

/** `CREATE CONNECTION c WITH ('type' = 'openai', …)`, `ALTER CONNECTION c SET (…)` or `DROP CONNECTION c`. */
export interface ConnectionDdl {
    action: "create" | "alter" | "drop";
    /** Without catalog and database. */
    name: string;
    /** IF [NOT] EXISTS: an existing (or missing) connection is not an error. */
    isLenient: boolean;
    /** `type`, `endpoint`, and those of the credentials. */
    options: Readonly<Record<string, string>>;
}

const start = /^(CREATE|ALTER|DROP)\s+CONNECTION\s+(IF\s+(?:NOT\s+)?EXISTS\s+)?/i;

/** Undefined for other statements. */
export function readConnectionDdl(sql: string): ConnectionDdl | undefined {
    const match = start.exec(sql);
    if (match === null) return undefined;
    const [text, verb = "", lenient] = match;
    try {
        const name = new TokenReader(tokenize(sql.slice(text.length))).path().at(-1) ?? "";
        return {
            action: verb.toLowerCase() as ConnectionDdl["action"],
            name,
            isLenient: lenient !== undefined,
            options: readOptions(sql.slice(text.length)),
        };
    } catch (error) {
        if (error instanceof UnsupportedSql) return undefined;
        throw error;
    }
}

/** `'key' = 'value', …` after WITH or SET. */
export function readOptions(sql: string): Record<string, string> {
    const list = /\b(?:WITH|SET)\s*\(([\s\S]*)\)/i.exec(sql)?.[1] ?? "";
    return Object.fromEntries(
        [...list.matchAll(/'([^']+)'\s*=\s*'((?:[^']|'')*)'/g)].map(([, key = "", value = ""]) => [
            key,
            value.replaceAll("''", "'"),
        ]),
    );
}
