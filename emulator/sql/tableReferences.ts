/** The tables (Kafka topics) that a statement reads, writes and manages. Names without catalog and database. */
export interface TableReferences {
    readonly read: readonly string[];
    readonly write: readonly string[];
    /** Created, altered or dropped. */
    readonly manage: readonly string[];
}

const part = "(?:`[^`]+`|[\\w$]+)";
const path = `(${part}(?: \\. ${part})*)`;
/** Not a function, such as `TABLE (`. */
const readPattern = new RegExp(`\\b(?:FROM|JOIN|TABLE) ${path}(?![\\w$]| [.(])`, "gi");
const writePattern = new RegExp(`\\bINSERT INTO ${path}`, "gi");
const managePattern = new RegExp(
    `^(?:CREATE|ALTER|DROP) (?:OR (?:REPLACE|ALTER) )?(?:MATERIALIZED )?TABLE (?:IF (?:NOT )?EXISTS )?${path}`,
    "i",
);
const definedPattern = new RegExp(`(?:\\bWITH|,) (${part}) AS \\(`, "gi");

/** The tables that a statement of this shape names. Names that `WITH` defines are not tables. */
export function readTableReferences(shape: string): TableReferences {
    const manage = namesIn(shape, managePattern);
    const query = shape.replace(managePattern, " ");
    const defined = namesIn(query, definedPattern);
    return {
        read: namesIn(query, readPattern).filter((name) => !defined.includes(name)),
        write: [...namesIn(query, writePattern), ...(isCreateAs(shape) ? manage : [])],
        manage,
    };
}

/** Whether a statement of this shape creates what a query determines. */
export function isCreateAs(shape: string): boolean {
    return /^(CREATE|ALTER)\b.* AS (\( )?(SELECT|WITH)\b/i.test(shape);
}

/** The last parts of the paths that a pattern finds, each once. */
function namesIn(shape: string, pattern: RegExp): string[] {
    const paths = pattern.global ? [...shape.matchAll(pattern)] : [pattern.exec(shape)];
    const names = paths.flatMap((match) => /(?:`([^`]+)`|([\w$]+))$/.exec(match?.[1] ?? "")?.slice(1) ?? []);
    return [...new Set(names.filter((name) => name !== undefined))];
}
