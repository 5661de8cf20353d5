import type { DataTypeBody } from "../schemas";

/** A table or view that a statement created. It has no rows. */
export interface Relation {
    /** `lkc-abc123/orders`: a name is unique in its database. */
    id: string;
    environmentId: string;
    /** `lkc-abc123` */
    databaseId: string;
    name: string;
    kind: "BASE TABLE" | "VIEW";
    columns: readonly { name: string; type: DataTypeBody }[];
    options: Readonly<Record<string, string>>;
}

/** What SHOW and INFORMATION_SCHEMA read. A catalog is an environment, a database is a Kafka cluster. */
export interface Catalogs {
    catalogs: readonly { id: string; name: string }[];
    databases: readonly { id: string; displayName: string; environmentId: string }[];
    relations: readonly Relation[];
    /** The environment that the statement runs in. */
    currentCatalogId: string;
    /** `cluster-abc123`; undefined when the statement names no database and the environment does not have exactly one. */
    currentDatabase: string | undefined;
}

export const noCatalogs: Catalogs = {
    catalogs: [],
    databases: [],
    relations: [],
    currentCatalogId: "",
    currentDatabase: undefined,
};

/** The result of SHOW or of a query on INFORMATION_SCHEMA. */
export interface CatalogResult {
    columns: { name: string; type: DataTypeBody }[];
    rows: (string | null)[][];
}
