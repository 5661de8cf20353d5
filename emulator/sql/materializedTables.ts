import { alreadyExists, notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import type { Entry } from "../collection";
import type { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { ComputeLocation } from "../resources";
import { type ApiRequest, pathParameter, type Route } from "../route";
import type { MaterializedTable, Relation } from "./catalogs";
import {
    changeQuery,
    creationStatement,
    locationOf,
    newMaterializedTable,
    readCreation,
} from "./flinkCatalog";
import { readQuery } from "./query";
import {
    hasFlinkRoleAt,
    requireDataPlaneAccess,
    requireFlinkRoleAt,
    requireKafkaAccess,
    requireTopicAccess,
} from "./statementAccess";
import {
    readComputeLocation,
    requirePool,
    requireResourceVersion,
    requireRunAsPrincipal,
} from "./statementLocation";

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
                    relation.environmentId === scope.environmentId &&
                    (scope.regionId === undefined || relation.materialized.regionId === scope.regionId) &&
                    hasFlinkRoleAt(cloud, request.caller.principalId, locationOf(relation)),
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
                relation.environmentId !== scope.environmentId ||
                (scope.regionId !== undefined && relation.materialized.regionId !== scope.regionId)
            )
                throw notFound(`The materialized table '${name}' was not found`);
            requireFlinkRoleAt(cloud, request.caller, locationOf(relation));
            return relation;
        },
        create: (body, request) => create(cloud, body, request),
        /** A changed query makes a new version of the table. */
        replace(relation, body, request) {
            const table = relation.materialized;
            requireResourceVersion(body, "table", table.resourceVersion);
            const query = body.optionalText("/spec/query", queryRule) ?? table.query;
            const principalId = body.optionalText("/spec/principal") ?? table.principalId;
            const computePoolId = body.optionalText("/spec/compute_pool_id") ?? table.computePoolId;
            const location =
                computePoolId === table.computePoolId
                    ? locationOf(relation)
                    : readComputeLocation(cloud, body, requireDataPlaneAccess(cloud, request));
            requireRights(cloud, request, location, principalId, relation.name, query);
            changeQuery(cloud, relation, query);
            const stopped = body.optionalBoolean("/spec/stopped") ?? table.stopped;
            Object.assign(table, {
                ...location,
                principalId,
                stopped,
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
    const { environmentId, ...scope } = requireDataPlaneAccess(cloud, request);
    const name = body.text("/name", nameRule);
    const query = body.text("/spec/query", queryRule);
    const databaseId = pathParameter(request, "kafka_cluster_id");
    if (cloud.kafkaClusters.get(databaseId)?.environmentId !== environmentId) {
        const detail = `There is no database '${databaseId}' in '${environmentId}'.`;
        throw body.invalidProperty("/spec/kafka_cluster_id", detail);
    }
    const location = readComputeLocation(cloud, body, { environmentId, ...scope });
    const principalId = body.optionalText("/spec/principal") ?? request.caller.principalId;
    requireRights(cloud, request, location, principalId, name, query);
    const id = `${databaseId}/${name}`;
    const same = cloud.relations.get(id);
    if (same !== undefined) throw alreadyExists(`The table '${name}' already exists.`, selfUrl(cloud, same));
    const { ddl, failure } = readCreation(cloud, location, databaseId, name, query);
    if (failure !== undefined) throw body.invalidProperty("/spec/query", failure);
    const materialized = newMaterializedTable(
        cloud,
        { ...location, computePoolId: requirePool(cloud, body, location) },
        principalId,
        query,
        body.optionalBoolean("/spec/stopped") ?? false,
        readDetails(body),
    );
    const columns = ddl?.columns ?? [];
    const relation = { id, environmentId, databaseId, name, columns, rows: [], options: {}, materialized };
    return cloud.relations.add({ ...relation, kind: "BASE TABLE" }) as Materialized;
}

function requireRights(
    cloud: Cloud,
    request: ApiRequest,
    location: ComputeLocation,
    principalId: string,
    name: string,
    query: string,
): void {
    const { environmentId } = location;
    requireFlinkRoleAt(cloud, request.caller, location);
    requireRunAsPrincipal(cloud, request.caller, principalId);
    requireKafkaAccess(cloud, principalId, environmentId);
    requireTopicAccess(cloud, principalId, environmentId, readQuery(creationStatement(name, query)).tables);
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
    const base = `${cloud.flinkUrl(materialized?.regionId ?? "")}/sql/v1/organizations/${cloud.organizationId}`;
    return `${base}/environments/${environmentId}/databases/${databaseId}/materialized-tables/${name}`;
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
        api_version: "sql/v1",
        kind: "MaterializedTable",
        name,
        organization_id: cloud.organizationId,
        environment_id: relation.environmentId,
        metadata: {
            self: selfUrl(cloud, relation),
            created_at: timestamp(table.createdAt),
            updated_at: timestamp(table.updatedAt),
            uid: table.uid,
            resource_version: String(table.resourceVersion),
        },
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
