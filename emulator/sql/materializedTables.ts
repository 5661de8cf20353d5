import { ApiError, alreadyExists, notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { listPage } from "../pagination";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { ComputeLocation } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, type Route } from "../route";
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
import { readComputeLocation, requirePool, requireRunAsPrincipal } from "./statementLocation";

const nameRule = { maxLength: 249, pattern: /^[a-zA-Z0-9._-]+$/ };
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
    const database = `${environment}/databases/:kafka_cluster_id/materialized-tables`;
    return [
        ...resourceRoutes(cloud, `${environment}/materialized-tables`, { list }, "data"),
        ...resourceRoutes(cloud, database, { create, read, replace, remove }, "data", "name"),
    ];
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    const scope = requireDataPlaneAccess(cloud, request);
    const entries = cloud.relations.after(0).flatMap(({ sequence, item }) => {
        const isSeen =
            isMaterialized(item) &&
            item.environmentId === scope.environmentId &&
            (scope.regionId === undefined || item.materialized.regionId === scope.regionId) &&
            hasFlinkRoleAt(cloud, request.caller.principalId, locationOf(item));
        return isSeen ? [{ sequence, item }] : [];
    });
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "sql/v1",
            kind: "MaterializedTableList",
            entries,
            toBody: (table) => tableBody(cloud, table),
            withSelf: true,
        }),
    };
}

function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    const scope = requireDataPlaneAccess(cloud, request);
    const body = new RequestBody(request.body);
    const name = body.text("/name", nameRule);
    const query = body.text("/spec/query", { maxLength: 131_072 });
    const databaseId = pathParameter(request, "kafka_cluster_id");
    if (cloud.kafkaClusters.get(databaseId)?.environmentId !== scope.environmentId) {
        throw body.invalidProperty(
            "/spec/kafka_cluster_id",
            `There is no database '${databaseId}' in '${scope.environmentId}'.`,
        );
    }
    const location = readComputeLocation(cloud, body, scope);
    const principalId = body.optionalText("/spec/principal") ?? request.caller.principalId;
    requireRights(cloud, request, location, principalId, name, query);
    const same = cloud.relations.get(`${databaseId}/${name}`);
    if (same !== undefined) {
        throw alreadyExists(`The table '${name}' already exists.`, selfUrl(cloud, same));
    }
    const { ddl, failure } = readCreation(cloud, location, databaseId, name, query);
    if (failure !== undefined) throw body.invalidProperty("/spec/query", failure);
    const relation: Materialized = {
        id: `${databaseId}/${name}`,
        environmentId: scope.environmentId,
        databaseId,
        name,
        kind: "BASE TABLE",
        columns: ddl?.columns ?? [],
        rows: [],
        options: {},
        materialized: newMaterializedTable(
            cloud,
            { ...location, computePoolId: requirePool(cloud, body, location) },
            principalId,
            query,
            body.optionalBoolean("/spec/stopped") ?? false,
            readDetails(body),
        ),
    };
    cloud.relations.add(relation);
    return {
        status: 201,
        body: tableBody(cloud, relation),
        headers: { location: selfUrl(cloud, relation) },
    };
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    return { status: 200, body: tableBody(cloud, find(cloud, request)) };
}

/** A changed query makes a new version of the table. */
function replace(cloud: Cloud, request: ApiRequest): ApiResponse {
    const relation = find(cloud, request);
    const table = relation.materialized;
    const body = new RequestBody(request.body);
    const version = body.optionalText("/metadata/resource_version");
    if (version !== undefined && version !== String(table.resourceVersion)) {
        throw new ApiError(
            409,
            "resource_version_conflict",
            "Conflict",
            `The table has the resource version ${table.resourceVersion}, the request has ${version}.`,
            { pointer: "/metadata/resource_version" },
            { location: selfUrl(cloud, relation) },
        );
    }
    const query = body.optionalText("/spec/query", { maxLength: 131_072 }) ?? table.query;
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
        ...(stopped === table.stopped ? {} : { changedAt: cloud.now() }),
    });
    return { status: 200, body: tableBody(cloud, relation) };
}

function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    cloud.relations.delete(find(cloud, request).id);
    return { status: 202 };
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
    requireFlinkRoleAt(cloud, request.caller.principalId, location);
    requireRunAsPrincipal(cloud, request.caller.principalId, principalId);
    requireKafkaAccess(cloud, principalId, environmentId);
    requireTopicAccess(cloud, principalId, environmentId, readQuery(creationStatement(name, query)).tables);
}

function find(cloud: Cloud, request: ApiRequest): Materialized {
    const scope = requireDataPlaneAccess(cloud, request);
    const name = pathParameter(request, "name");
    const relation = cloud.relations.get(`${pathParameter(request, "kafka_cluster_id")}/${name}`);
    if (
        relation === undefined ||
        !isMaterialized(relation) ||
        relation.environmentId !== scope.environmentId ||
        (scope.regionId !== undefined && relation.materialized.regionId !== scope.regionId)
    ) {
        throw notFound(`The materialized table '${name}' was not found`);
    }
    requireFlinkRoleAt(cloud, request.caller.principalId, locationOf(relation));
    return relation;
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
