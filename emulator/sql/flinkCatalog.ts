import type { Cloud } from "../cloud";
import type { KafkaCluster } from "../resources";
import type { Catalogs, ComputeLocation, Relation } from "./catalogs";
import { connectionsIn } from "./connections";
import type { Ddl } from "./ddl";
import { type Query, readQuery } from "./query";
import type { DataPlaneScope } from "./statementAccess";

/** Where a statement runs, as whom, and with which properties. */
export interface Session extends ComputeLocation {
    principalId: string;
    /** `sql.current-database` is the name or id of the database that names without one are in. */
    properties: Readonly<Record<string, string>>;
}

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
export function tableFailure(
    cloud: Cloud,
    session: Session,
    { action, path, isLenient }: Ddl,
): string | undefined {
    const id = relationId(cloud, session, path);
    if (id === undefined || isLenient || cloud.relations.has(id) === (action === "DROP")) return undefined;
    return `Table or view '${path.at(-1)}' ${action === "CREATE" ? "already exists" : "does not exist"}.`;
}

/** Creates, alters or drops the table at once, while the statement is still PENDING. */
export function applyTableDdl(cloud: Cloud, session: Session, ddl: Ddl): void {
    const id = relationId(cloud, session, ddl.path);
    if (id === undefined) return;
    if (ddl.action === "DROP") {
        cloud.relations.delete(id);
        return;
    }
    const existing = cloud.relations.get(id);
    if (existing !== undefined && ddl.isMaterialized) changeQuery(cloud, existing, ddl);
    if (existing !== undefined || ddl.kind === "CONNECTION") return;
    const { environmentId, regionId, computePoolId, principalId } = session;
    const { kind, columns, rows, options, query = "" } = ddl;
    const materialized = {
        ...{ environmentId, regionId, computePoolId, principalId, query },
        uid: cloud.random.uuid(),
        stopped: false,
        details: {},
        version: 1,
        resourceVersion: 1,
        createdAt: cloud.now(),
        updatedAt: cloud.now(),
        changedAt: cloud.now(),
    };
    const [databaseId = "", name = ""] = id.split("/");
    cloud.relations.add({
        ...{ id, environmentId, databaseId, name, kind, columns, options },
        rows: [...rows],
        ...(ddl.isMaterialized && { materialized }),
    });
}

/** Gives a materialized table another query, with the columns of it. The same query changes nothing. */
export function changeQuery(
    cloud: Cloud,
    relation: Relation,
    { query = "", columns }: Pick<Ddl, "query" | "columns">,
): void {
    const table = relation.materialized;
    if (table === undefined || table.query === query) return;
    const now = cloud.now();
    Object.assign(table, { query, version: table.version + 1, updatedAt: now, changedAt: now });
    relation.columns = columns;
}

export function creationStatement(name: string, query: string): string {
    return `CREATE OR ALTER MATERIALIZED TABLE \`${name}\` AS ${query}`;
}

/** The table that the query of a materialized table makes, or why it cannot. */
export function readCreation(cloud: Cloud, session: Session, name: string, query: string): Query {
    const catalogs = catalogsOf(cloud, session, session.properties["sql.current-database"]);
    return readQuery(creationStatement(name, query), { catalogs, nowMs: cloud.now() });
}

/** Adds rows to a table that the emulator knows. A column that the statement does not name is NULL. */
export function insertRows(
    cloud: Cloud,
    session: Session,
    { path, columns, rows }: NonNullable<Query["inserts"]>,
): void {
    const relation = cloud.relations.get(relationId(cloud, session, path) ?? "");
    if (relation === undefined) return;
    const order = relation.columns.map(({ name }, index) =>
        columns.length === 0 ? index : columns.indexOf(name),
    );
    relation.rows.push(...rows.map((row) => order.map((index) => row[index] ?? null)));
}

/** Undefined without such a database: an environment that a client created has no cluster. */
function relationId(
    cloud: Cloud,
    { environmentId, properties }: Session,
    path: readonly string[],
): string | undefined {
    const database = databaseOf(cloud, environmentId, path.at(-2) ?? properties["sql.current-database"]);
    return database && `${database.id}/${path.at(-1)}`;
}

/** Without a name, the only one. */
function databaseOf(
    cloud: Cloud,
    environmentId: string,
    wanted: string | undefined,
): KafkaCluster | undefined {
    const own = cloud.kafkaClusters.values().filter((cluster) => cluster.environmentId === environmentId);
    if (wanted === undefined) return own.length === 1 ? own[0] : undefined;
    return own.find(({ id, displayName }) => id === wanted || displayName === wanted);
}
