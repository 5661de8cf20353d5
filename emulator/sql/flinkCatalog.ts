import type { Cloud } from "../cloud";
import type { KafkaCluster } from "../resources";
import type { Catalogs } from "./catalogs";
import type { Query } from "./query";
import type { TableDdl } from "./tableDdl";

type Properties = Readonly<Record<string, string>>;

/**
 * The catalogs, databases and tables that a statement in this environment sees.
 * @param database name or id in the property `sql.current-database`
 */
export function catalogsOf(cloud: Cloud, environmentId: string, database: string | undefined): Catalogs {
    return {
        catalogs: cloud.environments.values().map(({ displayName, id }) => ({ name: displayName, id })),
        databases: cloud.kafkaClusters.values(),
        relations: cloud.relations.values(),
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

/** Creates or drops the table at once, while the statement is still PENDING. */
export function applyDdl(
    cloud: Cloud,
    environmentId: string,
    properties: Properties,
    { ddl, failure }: Query,
): void {
    const id = ddl && relationId(cloud, environmentId, properties, ddl);
    if (ddl === undefined || id === undefined || failure !== undefined) return;
    if (ddl.action === "drop") {
        cloud.relations.delete(id);
        return;
    }
    if (!cloud.relations.has(id)) {
        const { kind, columns, options } = ddl;
        const [databaseId = ""] = id.split("/");
        cloud.relations.add({
            id,
            environmentId,
            databaseId,
            name: ddl.path.at(-1) ?? "",
            kind,
            columns,
            options,
        });
    }
}

/** Undefined without such a database: an environment that a client created has no cluster. */
function relationId(
    cloud: Cloud,
    environmentId: string,
    properties: Properties,
    { path }: TableDdl,
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
