import { alreadyExists, notFound } from "../apiError";
import type { Cloud } from "../cloud";
import type { Entry } from "../collection";
import type { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import { type ApiRequest, pathParameter, type Route } from "../route";
import type { MaterializedTable, Relation } from "./catalogs";
import { flinkHead, flinkResourceUrl } from "./flinkBody";
import { applyTableDdl, changeQuery, creationStatement, readCreation, type Session } from "./flinkCatalog";
import {
    hasFlinkRoleAt,
    isInScope,
    requireDataPlaneAccess,
    requireFlinkRoleAt,
    requireTopicAccess,
} from "./statementAccess";
import {
    readComputeLocation,
    readNewLocation,
    requirePool,
    requireResourceVersion,
    requireRunAsPrincipal,
} from "./statementLocation";
import type { TableReferences } from "./tableReferences";

const nameRule = { maxLength: 249, pattern: /^[a-zA-Z0-9._-]+$/ };
const queryRule = { maxLength: 131_072 };
/** How long a new table is CREATING, and a stopped one STOPPING. */
const settlingMs = 300;
/** What a client may say of a table beside its query. The emulator stores it, and reads only the columns' names and types. */
const details = ["columns", "watermark", "constraints", "distribution", "table_options", "session_options"];

type Materialized = Relation & { materialized: MaterializedTable };

/**
 * /sql/v1/…/materialized-tables: tables that a query keeps up to date. `CREATE MATERIALIZED TABLE` makes the same. The list is that of
 * an environment, and everything else is below a database (Kafka cluster). The query does not run.
 */
export function materializedTableRoutes(cloud: Cloud): Route[] {
    const environment = "/sql/v1/organizations/:organization_id/environments/:environment_id";
    const common = {
        kind: "MaterializedTable",
        authentication: "data",
        self: (table: Materialized) => selfUrl(cloud, table),
        body: (table: Materialized) => tableBody(cloud, table),
    } as const;
    const list = resourceRoutes<Materialized>(cloud, {
        ...common,
        path: `${environment}/materialized-tables`,
        listsSelf: true,
        list(request) {
            const scope = requireDataPlaneAccess(cloud, request);
            return cloud.relations.entries(
                (relation) =>
                    isMaterialized(relation) &&
                    isInScope(scope, relation.materialized) &&
                    hasFlinkRoleAt(cloud, request.caller.principalId, relation.materialized),
            ) as Entry<Materialized>[];
        },
    });
    const tables = resourceRoutes<Materialized>(cloud, {
        ...common,
        path: `${environment}/databases/:kafka_cluster_id/materialized-tables`,
        parameter: "name",
        removed: 202,
        find(request, name) {
            const scope = requireDataPlaneAccess(cloud, request);
            const relation = cloud.relations.get(`${pathParameter(request, "kafka_cluster_id")}/${name}`);
            if (
                relation === undefined ||
                !isMaterialized(relation) ||
                !isInScope(scope, relation.materialized)
            )
                throw notFound(`The materialized table '${name}' was not found`);
            requireFlinkRoleAt(cloud, request.caller, relation.materialized);
            return relation;
        },
        create: (body, request) => create(cloud, body, request),
        /** A changed query makes a new version of the table. */
        replace(relation, body, request) {
            const table = relation.materialized;
            requireResourceVersion(body, "table", table.resourceVersion);
            const query = body.optionalText("/spec/query", queryRule) ?? table.query;
            const principalId = body.optionalText("/spec/principal") ?? table.principalId;
            const { environmentId, regionId, computePoolId } = readNewLocation(cloud, body, request, table);
            const properties = { "sql.current-database": relation.databaseId };
            const session = { environmentId, regionId, computePoolId, principalId, properties };
            const { ddl, tables } = readCreation(cloud, session, relation.name, query);
            requireRights(cloud, request, session, tables);
            if (ddl !== undefined) changeQuery(cloud, relation, ddl);
            const stopped = body.optionalBoolean("/spec/stopped") ?? table.stopped;
            Object.assign(table, {
                ...{ regionId, computePoolId, principalId, stopped },
                details: { ...table.details, ...readDetails(body) },
                resourceVersion: table.resourceVersion + 1,
                updatedAt: cloud.now(),
                ...(stopped !== table.stopped && { changedAt: cloud.now() }),
            });
        },
        remove: ({ id }) => cloud.relations.delete(id),
    });
    return [...list, ...tables];
}

function create(cloud: Cloud, body: RequestBody, request: ApiRequest): Materialized {
    const scope = requireDataPlaneAccess(cloud, request);
    const name = body.text("/name", nameRule);
    const query = body.text("/spec/query", queryRule);
    const databaseId = pathParameter(request, "kafka_cluster_id");
    if (cloud.kafkaClusters.get(databaseId)?.environmentId !== scope.environmentId) {
        const detail = `There is no database '${databaseId}' in '${scope.environmentId}'.`;
        throw body.invalidProperty("/spec/kafka_cluster_id", detail);
    }
    const location = readComputeLocation(cloud, body, scope);
    const principalId = body.optionalText("/spec/principal") ?? request.caller.principalId;
    const session = { ...location, principalId, properties: { "sql.current-database": databaseId } };
    const { ddl, failure, tables } = readCreation(cloud, session, name, query);
    requireRights(cloud, request, session, tables);
    const id = `${databaseId}/${name}`;
    const same = cloud.relations.get(id);
    if (same !== undefined) throw alreadyExists(`The table '${name}' already exists.`, selfUrl(cloud, same));
    if (ddl === undefined || failure !== undefined) throw body.invalidProperty("/spec/query", failure ?? "");
    applyTableDdl(cloud, { ...session, computePoolId: requirePool(cloud, body, location) }, ddl);
    const relation = cloud.relations.get(id) as Materialized;
    relation.materialized.stopped = body.optionalBoolean("/spec/stopped") ?? false;
    relation.materialized.details = readDetails(body);
    return relation;
}

function requireRights(cloud: Cloud, request: ApiRequest, session: Session, tables: TableReferences): void {
    requireFlinkRoleAt(cloud, request.caller, session);
    requireRunAsPrincipal(cloud, request.caller, session.principalId);
    requireTopicAccess(cloud, session, { touchesTopics: true, tables });
}

function isMaterialized(relation: Relation): relation is Materialized {
    return relation.materialized !== undefined;
}

function readDetails(body: RequestBody): Record<string, unknown> {
    return Object.fromEntries(
        details.map((name) => [name, body.value(`/spec/${name}`)]).filter(([, value]) => value !== undefined),
    );
}

function selfUrl(cloud: Cloud, { environmentId, databaseId, name, materialized }: Relation): string {
    const scope = { environmentId, regionId: materialized?.regionId ?? "" };
    return flinkResourceUrl(cloud, scope, `databases/${databaseId}/materialized-tables/${name}`);
}

function tableBody(cloud: Cloud, relation: Materialized) {
    const { materialized: table, name } = relation;
    const isSettling = cloud.now() < table.changedAt + settlingMs;
    const [phase, detail] = table.stopped
        ? isSettling
            ? ["STOPPING", "Materialized table is being stopped."]
            : ["STOPPED", "Materialized table is stopped."]
        : isSettling
          ? ["CREATING", "Materialized table is being registered."]
          : ["RUNNING", "Materialized table is running."];
    return {
        ...flinkHead("MaterializedTable", selfUrl(cloud, relation), { ...table, name }),
        organization_id: cloud.organizationId,
        environment_id: relation.environmentId,
        spec: {
            ...table.details,
            kafka_cluster_id: relation.databaseId,
            compute_pool_id: table.computePoolId,
            principal: table.principalId,
            stopped: table.stopped,
            query: table.query,
        },
        status: {
            phase,
            detail,
            warnings: [],
            creation_statement: creationStatement(name, table.query),
            scaling_status: {},
            version: table.version,
        },
    };
}
