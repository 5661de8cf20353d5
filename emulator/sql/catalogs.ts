import type { DataTypeBody } from "../schemas";

/** Where a statement runs. */
export interface ComputeLocation {
    environmentId: string;
    regionId: string;
    /** Empty only in a dry run without a pool. */
    computePoolId: string;
}

export interface Column {
    name: string;
    type: DataTypeBody;
}

/** A table that a query keeps up to date. */
export interface MaterializedTable extends ComputeLocation {
    uid: string;
    /** The principal that its query runs as: `sa-111aaa`. */
    principalId: string;
    query: string;
    stopped: boolean;
    /** What the client said of it beside the query, as it was sent. */
    details: Record<string, unknown>;
    /** Counts the queries that it has had. */
    version: number;
    resourceVersion: number;
    createdAt: number;
    updatedAt: number;
    /** When its phase last began to change. */
    changedAt: number;
}

/** A table or view that a client created. */
export interface Relation {
    /** `lkc-abc123/orders`: a name is unique in its database. */
    id: string;
    environmentId: string;
    /** `lkc-abc123` */
    databaseId: string;
    name: string;
    kind: "BASE TABLE" | "VIEW";
    columns: readonly Column[];
    /** What INSERT INTO … VALUES added. */
    rows: (readonly Value[])[];
    options: Readonly<Record<string, string>>;
    materialized?: MaterializedTable;
}

/** A value as the API returns it. */
export type Value = string | null | readonly Value[];

/** What SHOW and INFORMATION_SCHEMA read. A catalog is an environment, a database is a Kafka cluster. */
export interface Catalogs {
    catalogs: readonly { id: string; name: string }[];
    databases: readonly { id: string; displayName: string; environmentId: string }[];
    relations: readonly Relation[];
    connections: readonly { name: string }[];
    /** The environment that the statement runs in. */
    currentCatalogId: string;
    /** `cluster-abc123`; undefined when the statement names no database and the environment does not have exactly one. */
    currentDatabase: string | undefined;
}
