import type { Catalogs, Relation } from "./catalogs";
import { formatType, integerType, stringType } from "./dataTypes";
import type { Table } from "./select";
import { UnsupportedSql } from "./tokenReader";

const integerColumns: readonly string[] = [
    "ORDINAL_POSITION",
    "DISTRIBUTION_ORDINAL_POSITION",
    "DISTRIBUTION_BUCKETS",
];

const catalogColumns = ["CATALOG_ID", "CATALOG_NAME"];
const schemaColumns = [...catalogColumns, "SCHEMA_ID", "SCHEMA_NAME"];
const tableColumns = "TABLE_CATALOG_ID TABLE_CATALOG TABLE_SCHEMA_ID TABLE_SCHEMA TABLE_NAME".split(" ");

const viewColumns: Readonly<Record<string, readonly string[]>> = {
    CATALOGS: catalogColumns,
    COLUMNS: [
        ...tableColumns,
        ..."COLUMN_NAME ORDINAL_POSITION IS_NULLABLE DATA_TYPE FULL_DATA_TYPE IS_HIDDEN IS_GENERATED".split(
            " ",
        ),
        ..."IS_METADATA IS_PERSISTED DISTRIBUTION_ORDINAL_POSITION COMMENT".split(" "),
    ],
    DATABASES: schemaColumns,
    SCHEMATA: schemaColumns,
    TABLES: [
        ...tableColumns,
        ..."TABLE_TYPE IS_DISTRIBUTED DISTRIBUTION_ALGORITHM DISTRIBUTION_BUCKETS".split(" "),
        ..."IS_WATERMARKED IS_MATERIALIZED COMMENT".split(" "),
    ],
    TABLE_OPTIONS: [...tableColumns, "OPTION_KEY", "OPTION_VALUE"],
};

/**
 * Throws `UnsupportedSql` for an unknown view.
 * @param catalog name or id of the catalog that the view is read from; undefined for the current one
 */
export function readSchemaView(view: string, catalogs: Catalogs, catalog: string | undefined): Table {
    const columns = Object.hasOwn(viewColumns, view) ? viewColumns[view] : undefined;
    if (columns === undefined) throw new UnsupportedSql(`the view ${view}`);
    const current = catalogs.catalogs.find(({ id, name }) =>
        catalog === undefined ? id === catalogs.currentCatalogId : id === catalog || name === catalog,
    );
    return {
        columns: columns.map((name) => ({
            name,
            type: integerColumns.includes(name) ? integerType : stringType,
        })),
        rows: rowsOf(view, catalogs, current),
    };
}

type Row = (string | null)[];

function rowsOf(
    view: string,
    { catalogs, databases, relations }: Catalogs,
    current: Catalogs["catalogs"][number] | undefined,
): Row[] {
    const catalogRow: Row = [current?.id ?? null, current?.name ?? null];
    const informationSchema = [...catalogRow, "INFORMATION_SCHEMA", "INFORMATION_SCHEMA"];
    const rowsOfTable = (more: (relation: Relation) => Row[]): Row[] =>
        relations
            .filter(({ environmentId }) => environmentId === current?.id)
            .flatMap((relation) => {
                const { databaseId, name } = relation;
                const database = databases.find(({ id }) => id === databaseId)?.displayName ?? null;
                return more(relation).map((row) => [...catalogRow, databaseId, database, name, ...row]);
            });
    /** IS_DISTRIBUTED, DISTRIBUTION_ALGORITHM, DISTRIBUTION_BUCKETS */
    const notDistributed: Row = ["NO", null, null];
    switch (view) {
        case "CATALOGS":
            return catalogs.map(({ id, name }) => [id, name]);
        case "TABLES": {
            // INFORMATION_SCHEMA lists its own views, too.
            const rest = ["SYSTEM TABLE", ...notDistributed, "NO", "NO", null];
            const views = Object.keys(viewColumns).map((name) => [...informationSchema, name, ...rest]);
            const tables = rowsOfTable(({ kind, materialized }) => {
                const distribution = kind === "VIEW" ? notDistributed : ["YES", "HASH", "6"];
                return [[kind, ...distribution, "YES", materialized === undefined ? "NO" : "YES", null]];
            });
            return [...tables, ...views];
        }
        case "COLUMNS":
            return rowsOfTable(({ columns }) =>
                columns.map(({ name, type }, index) => {
                    const [text, nullable] = [formatType(type), type.nullable];
                    const flags = ["NO", "NO", "NO", "YES", null, null];
                    const full = nullable ? text : `${text} NOT NULL`;
                    const base = text.replace(/\(.*/, "");
                    return [name, String(index + 1), nullable ? "YES" : "NO", base, full, ...flags];
                }),
            );
        case "TABLE_OPTIONS":
            return rowsOfTable(({ options }) => Object.entries(options));
        default: {
            const own = databases.filter(({ environmentId }) => environmentId === current?.id);
            return [informationSchema, ...own.map(({ id, displayName }) => [...catalogRow, id, displayName])];
        }
    }
}
