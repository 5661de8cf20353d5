import type { Catalogs } from "./catalogs";
import { stringType } from "./dataTypes";
import type { Table } from "./select";

/**
 * The result of `SHOW CATALOGS`, `DATABASES`, `TABLES`, `VIEWS`, `CONNECTIONS`, `CURRENT CATALOG` or `CURRENT DATABASE`; undefined for any other.
 * @param statement in capitals, with single spaces
 */
export function showCatalogs(statement: string, catalogs: Catalogs): Table | undefined {
    const { currentCatalogId, currentDatabase } = catalogs;
    const own = catalogs.databases.filter(({ environmentId }) => environmentId === currentCatalogId);
    const database = own.find(({ displayName }) => displayName === currentDatabase);
    const relations = catalogs.relations.filter(({ databaseId }) => databaseId === database?.id);
    const current = catalogs.catalogs.filter(({ id }) => id === currentCatalogId);
    const [, shown = ""] = /^SHOW (.+)$/.exec(statement) ?? [];
    const results: Readonly<Record<string, [columns: string[], rows: (string | null)[][]]>> = {
        CATALOGS: [["Catalog Name", "Catalog ID"], catalogs.catalogs.map(({ id, name }) => [name, id])],
        DATABASES: [["Database Name", "Database ID"], own.map(({ id, displayName }) => [displayName, id])],
        TABLES: [["Table Name"], relations.map(({ name }) => [name])],
        VIEWS: [["View Name"], relations.flatMap(({ kind, name }) => (kind === "VIEW" ? [[name]] : []))],
        CONNECTIONS: [["Connection Name"], catalogs.connections.map(({ name }) => [name])],
        "CURRENT CATALOG": [["Current Catalog Name"], current.map(({ name }) => [name])],
        "CURRENT DATABASE": [["Current Database Name"], [[currentDatabase ?? null]]],
    };
    if (!Object.hasOwn(results, shown)) return undefined;
    const [columns, rows] = results[shown] ?? [[], []];
    return { columns: columns.map((name) => ({ name, type: stringType })), rows };
}
