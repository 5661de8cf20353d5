import type { CatalogResult, Catalogs } from "./catalogs";
import { stringType } from "./dataTypes";

/**
 * The result of `SHOW CATALOGS`, `DATABASES`, `TABLES`, `VIEWS`, `CONNECTIONS`, `CURRENT CATALOG` or `CURRENT DATABASE`; undefined for any other.
 * @param object the statement after SHOW
 */
export function showCatalogs(object: string, catalogs: Catalogs): CatalogResult | undefined {
    const names = (columns: string[], rows: (string | null)[][]): CatalogResult => ({
        columns: columns.map((name) => ({ name, type: stringType })),
        rows,
    });
    const { currentCatalogId, currentDatabase, databases } = catalogs;
    const database = databases.find(
        ({ displayName, environmentId }) =>
            displayName === currentDatabase && environmentId === currentCatalogId,
    );
    const relations = catalogs.relations.filter(({ databaseId }) => databaseId === database?.id);
    switch (object.toUpperCase().replace(/\s+/g, " ")) {
        case "CATALOGS":
            return names(
                ["Catalog Name", "Catalog ID"],
                catalogs.catalogs.map(({ id, name }) => [name, id]),
            );
        case "DATABASES":
            return names(
                ["Database Name", "Database ID"],
                databases
                    .filter(({ environmentId }) => environmentId === currentCatalogId)
                    .map(({ id, displayName }) => [displayName, id]),
            );
        case "TABLES":
            return names(
                ["Table Name"],
                relations.map(({ name }) => [name]),
            );
        case "VIEWS":
            return names(
                ["View Name"],
                relations.filter(({ kind }) => kind === "VIEW").map(({ name }) => [name]),
            );
        case "CONNECTIONS":
            return names(
                ["Connection Name"],
                catalogs.connections.map(({ name }) => [name]),
            );
        case "CURRENT CATALOG":
            return names(
                ["Current Catalog Name"],
                catalogs.catalogs.filter(({ id }) => id === currentCatalogId).map(({ name }) => [name]),
            );
        case "CURRENT DATABASE":
            return names(["Current Database Name"], [[currentDatabase ?? null]]);
        default:
            return undefined;
    }
}
