import type { Cloud } from "../cloud";
import type { ComputeLocation, KafkaCluster, Statement } from "../resources";
import type { Catalogs, MaterializedTable, Relation } from "./catalogs";
import { connectionsIn } from "./connections";
import { type Query, readQuery } from "./query";
import type { DataPlaneScope } from "./statementAccess";
import type { TableDdl } from "./tableDdl";

type Properties = Readonly<Record<string, string>>;

/**
 * The catalogs, databases, tables and connections that a statement in this environment and region sees.
 * @param database name or id in the property `sql.current-database`
 */
export function catalogsOf(cloud: Cloud, scope: DataPlaneScope, database: string | undefined): Catalogs {
    const { environmentId } = scope;
    return {
        catalogs: cloud.environments.values().map(({ displayName, id }) => ({ name: displayName, id })),
        databases: cloud.kafkaClusters.values(),
        relations: cloud.relations.values(),
        connections: connectionsIn(cloud, scope),
        currentCatalogId: environmentId,
        currentDatabase: databaseOf(cloud, environmentId, database)?.displayName,
    };
}

/** The error of a CREATE whose table exists, or of a DROP whose table does not; undefined without one. */
export function ddlFailure(
    cloud: Cloud,
    environmentId: string,
    properties: Properties,
    { ddl }: Query,
): string | undefined {
    const id = ddl && relationId(cloud, environmentId, properties, ddl);
    if (ddl === undefined || id === undefined || ddl.isLenient) return undefined;
    const name = ddl.path.at(-1);
    const exists = cloud.relations.has(id);
    if (ddl.action === "create" && exists) return `Table or view '${name}' already exists.`;
    return ddl.action === "drop" && !exists ? `Table or view '${name}' does not exist.` : undefined;
}

/** Creates, alters or drops the table at once, while the statement is still PENDING. */
export function applyDdl(cloud: Cloud, statement: Statement, { ddl, inserts, failure }: Query): void {
    const { environmentId, properties, principalId } = statement;
    if (failure === undefined && inserts !== undefined) insert(cloud, statement, inserts);
    const id = ddl && relationId(cloud, environmentId, properties, ddl);
    if (ddl === undefined || id === undefined || failure !== undefined) return;
    if (ddl.action === "drop") {
        cloud.relations.delete(id);
        return;
    }
    const existing = cloud.relations.get(id);
    if (existing !== undefined && ddl.isMaterialized) changeQuery(cloud, existing, ddl.query ?? "");
    if (existing === undefined) {
        const { kind, columns, rows, options } = ddl;
        const [databaseId = ""] = id.split("/");
        cloud.relations.add({
            id,
            environmentId,
            databaseId,
            name: ddl.path.at(-1) ?? "",
            kind,
            columns,
            rows: [...rows],
            options,
            ...(ddl.isMaterialized && {
                materialized: newMaterializedTable(cloud, statement, principalId, ddl.query ?? ""),
            }),
        });
    }
}

/** A materialized table whose creation begins now. */
export function newMaterializedTable(
    cloud: Cloud,
    { regionId, computePoolId }: ComputeLocation,
    principalId: string,
    query: string,
    stopped = false,
    sentDetails: Record<string, unknown> = {},
): MaterializedTable {
    const now = cloud.now();
    return {
        uid: cloud.random.uuid(),
        regionId,
        computePoolId,
        principalId,
        query,
        stopped,
        details: sentDetails,
        version: 1,
        resourceVersion: 1,
        createdAt: now,
        updatedAt: now,
        changedAt: now,
    };
}

/** Gives a table another query, with the columns of it. The same query changes nothing. */
export function changeQuery(cloud: Cloud, relation: Relation, query: string): void {
    const table = relation.materialized;
    if (table === undefined || table.query === query) return;
    const creation = readCreation(cloud, locationOf(relation), relation.databaseId, relation.name, query);
    Object.assign(table, {
        query,
        version: table.version + 1,
        updatedAt: cloud.now(),
        changedAt: cloud.now(),
    });
    relation.columns = creation.ddl?.columns ?? relation.columns;
}

/** The table that this query makes, or why it cannot. */
export function readCreation(
    cloud: Cloud,
    location: ComputeLocation,
    databaseId: string,
    name: string,
    query: string,
) {
    const catalogs = catalogsOf(cloud, location, databaseId);
    return readQuery(creationStatement(name, query), { catalogs, nowMs: cloud.now() });
}

export function creationStatement(name: string, query: string): string {
    return `CREATE OR ALTER MATERIALIZED TABLE \`${name}\` AS ${query}`;
}

/** Where the query of a materialized table runs. */
export function locationOf({ environmentId, materialized }: Relation): ComputeLocation {
    return {
        environmentId,
        regionId: materialized?.regionId ?? "",
        computePoolId: materialized?.computePoolId ?? "",
    };
}

/** Adds rows to a table that the emulator knows. A column that the statement does not name is NULL. */
function insert(
    cloud: Cloud,
    { environmentId, properties }: Statement,
    { path, columns, rows }: NonNullable<Query["inserts"]>,
): void {
    const relation = cloud.relations.get(relationId(cloud, environmentId, properties, { path }) ?? "");
    if (relation === undefined) return;
    const order =
        columns.length === 0
            ? relation.columns.map((_, index) => index)
            : relation.columns.map(({ name }) => columns.indexOf(name));
    relation.rows.push(...rows.map((row) => order.map((index) => row[index] ?? null)));
}

/** Undefined without such a database: an environment that a client created has no cluster. */
function relationId(
    cloud: Cloud,
    environmentId: string,
    properties: Properties,
    { path }: Pick<TableDdl, "path">,
): string | undefined {
    const database = databaseOf(cloud, environmentId, path.at(-2) ?? properties["sql.current-database"]);
    return database && `${database.id}/${path.at(-1)}`;
}

function databaseOf(
    cloud: Cloud,
    environmentId: string,
    wanted: string | undefined,
): KafkaCluster | undefined {
    const own = cloud.kafkaClusters.values().filter((cluster) => cluster.environmentId === environmentId);
    return wanted === undefined
        ? own.length === 1
            ? own[0]
            : undefined
        : own.find(({ id, displayName }) => id === wanted || displayName === wanted);
}
