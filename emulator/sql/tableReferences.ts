/** The tables (Kafka topics) that a statement reads, writes and manages. Names without catalog and database. */
export interface TableReferences {
    readonly read: readonly string[];
    readonly write: readonly string[];
    /** Created, altered or dropped. */
    readonly manage: readonly string[];
}

const nameRule = "((?:`[^`]+`|[\\w$-]+)(?:\\.(?:`[^`]+`|[\\w$-]+))*)";
const readPattern = new RegExp(`\\b(?:FROM|JOIN|TABLE)\\s+${nameRule}(?![\\w$-]|\\s*\\()`, "gi");
const writePattern = new RegExp(`\\bINSERT\\s+INTO\\s+${nameRule}`, "gi");
const managePattern = new RegExp(
    `^(?:CREATE|ALTER|DROP)\\s+(?:OR\\s+(?:REPLACE|ALTER)\\s+)?(?:MATERIALIZED\\s+)?TABLE\\s+(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?${nameRule}`,
    "i",
);
const definedPattern = /(?:\bWITH|,)\s+(`[^`]+`|\w+)\s+AS\s*\(/gi;

/**
 * The tables that a statement names. Names that `WITH` defines are not tables.
 * @param bare the statement without comments and with empty strings
 */
export function readTableReferences(bare: string): TableReferences {
    const managed = managePattern.exec(bare)?.[1];
    const query = managed === undefined ? bare : bare.replace(managePattern, " ");
    const defined = new Set(namesIn(query, definedPattern));
    const isDdl = /^(CREATE|ALTER|DROP)\b/i.test(bare);
    const writesNew = isDdl && /\bAS\s*\(?\s*(SELECT|WITH)\b/i.test(query);
    const own = managed === undefined ? [] : [lastPart(managed)];
    return {
        read: namesIn(query, readPattern).filter((name) => !defined.has(name)),
        write: [...namesIn(query, writePattern), ...(writesNew ? own : [])],
        manage: own,
    };
}

function namesIn(sql: string, pattern: RegExp): string[] {
    return [...new Set([...sql.matchAll(pattern)].map((match) => lastPart(match[1] ?? "")))];
}

function lastPart(name: string): string {
    return /(?:`([^`]+)`|([^`.]+))$/.exec(name)?.slice(1).find(Boolean) ?? name;
}
