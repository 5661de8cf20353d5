import type { Catalogs, Relation } from "./catalogs";
import { formatType, integerType, stringType } from "./dataTypes";
import type { Table } from "./select";
import { UnsupportedSql } from "./tokenReader";

type Catalog = Catalogs["catalogs"][number];

const viewNames = ["CATALOGS", "COLUMNS", "DATABASES", "SCHEMATA", "TABLES", "TABLE_OPTIONS"] as const;

const integerColumns: readonly string[] = [
    "ORDINAL_POSITION",
    "DISTRIBUTION_ORDINAL_POSITION",
    "DISTRIBUTION_BUCKETS",
];

/**
 * Throws `UnsupportedSql` for an unknown view.
 * @param catalog name or id of the catalog that the view is read from; undefined for the current one
 */
export function readSchemaView(view: string, catalogs: Catalogs, catalog: string | undefined): Table {
    const current = catalogs.catalogs.find(({ id, name }) =>
        catalog === undefined ? id === catalogs.currentCatalogId : id === catalog || name === catalog,
    );
    const values = viewValues(view, catalogs, current);
    if (values === undefined) throw new UnsupportedSql(`the view ${view}`);
    const columns = values.columns.map((name) => ({
        name,
        type: integerColumns.includes(name) ? integerType : stringType,
    }));
    return { columns, rows: values.rows };
}

function viewValues(
    view: string,
    { catalogs, databases, relations }: Catalogs,
    current: Catalog | undefined,
): { columns: string[]; rows: (string | null)[][] } | undefined {
    const own = relations.filter(({ environmentId }) => environmentId === current?.id);
    const tablePath = (relation: Relation) => [
        current?.id ?? null,
        current?.name ?? null,
        relation.databaseId,
        databases.find(({ id }) => id === relation.databaseId)?.displayName ?? null,
        relation.name,
    ];
    const tablePathColumns = [
        "TABLE_CATALOG_ID",
        "TABLE_CATALOG",
        "TABLE_SCHEMA_ID",
        "TABLE_SCHEMA",
        "TABLE_NAME",
    ];
    switch (view) {
        case "CATALOGS":
            return {
                columns: ["CATALOG_ID", "CATALOG_NAME"],
                rows: catalogs.map(({ id, name }) => [id, name]),
            };
        case "SCHEMATA":
        case "DATABASES":
            return {
                columns: ["CATALOG_ID", "CATALOG_NAME", "SCHEMA_ID", "SCHEMA_NAME"],
                rows: [
                    [current?.id ?? null, current?.name ?? null, "INFORMATION_SCHEMA", "INFORMATION_SCHEMA"],
                    ...databases
                        .filter(({ environmentId }) => environmentId === current?.id)
                        .map(({ id, displayName }) => [
                            current?.id ?? null,
                            current?.name ?? null,
                            id,
                            displayName,
                        ]),
                ],
            };
        case "TABLES":
            return {
                columns: [
                    ...tablePathColumns,
                    "TABLE_TYPE",
                    "IS_DISTRIBUTED",
                    "DISTRIBUTION_ALGORITHM",
                    "DISTRIBUTION_BUCKETS",
                    "IS_WATERMARKED",
                    "IS_MATERIALIZED",
                    "COMMENT",
                ],
                rows: [
                    ...own.map((relation) => [
                        ...tablePath(relation),
                        relation.kind,
                        relation.kind === "VIEW" ? "NO" : "YES",
                        relation.kind === "VIEW" ? null : "HASH",
                        relation.kind === "VIEW" ? null : "6",
                        "YES",
                        relation.materialized === undefined ? "NO" : "YES",
                        null,
                    ]),
                    // INFORMATION_SCHEMA lists its own views, too.
                    ...viewNames.map((name) => [
                        current?.id ?? null,
                        current?.name ?? null,
                        "INFORMATION_SCHEMA",
                        "INFORMATION_SCHEMA",
                        name,
                        "SYSTEM TABLE",
                        "NO",
                        null,
                        null,
                        "NO",
                        "NO",
                        null,
                    ]),
                ],
            };
        case "COLUMNS":
            return {
                columns: [
                    ...tablePathColumns,
                    "COLUMN_NAME",
                    "ORDINAL_POSITION",
                    "IS_NULLABLE",
                    "DATA_TYPE",
                    "FULL_DATA_TYPE",
                    "IS_HIDDEN",
                    "IS_GENERATED",
                    "IS_METADATA",
                    "IS_PERSISTED",
                    "DISTRIBUTION_ORDINAL_POSITION",
                    "COMMENT",
                ],
                rows: own.flatMap((relation) =>
                    relation.columns.map(({ name, type }, index) => [
                        ...tablePath(relation),
                        name,
                        String(index + 1),
                        type.nullable ? "YES" : "NO",
                        formatType(type).replace(/\(.*/, ""),
                        `${formatType(type)}${type.nullable ? "" : " NOT NULL"}`,
                        "NO",
                        "NO",
                        "NO",
                        "YES",
                        null,
                        null,
                    ]),
                ),
            };
        case "TABLE_OPTIONS":
            return {
                columns: [...tablePathColumns, "OPTION_KEY", "OPTION_VALUE"],
                rows: own.flatMap((relation) =>
                    Object.entries(relation.options).map(([key, value]) => [
                        ...tablePath(relation),
                        key,
                        value,
                    ]),
                ),
            };
        default:
            return undefined;
    }
}
