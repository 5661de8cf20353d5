import { ApiError, alreadyExists, invalidConfiguration, notFound } from "../apiError";
import type { Cloud } from "../cloud";
import { listPage } from "../pagination";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { Statement } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, queryParameter, type Route } from "../route";
import { applyConnectionDdl, connectionFailure } from "./connections";
import { applyDdl, catalogsOf, ddlFailure } from "./flinkCatalog";
import { readQuery } from "./query";
import {
    type DataPlaneScope,
    hasFlinkRoleAt,
    requireDataPlaneAccess,
    requireFlinkRoleAt,
    requireKafkaAccess,
    requireTopicAccess,
    seesStatement,
} from "./statementAccess";
import { exceptionsBody, resultBody, statementBody, statementUrl } from "./statementBody";
import { readComputeLocation, requirePool, requireRunAsPrincipal } from "./statementLocation";
import { readStatementPatch } from "./statementPatch";
import { isGone, statementPhase } from "./statementPhase";

const nameRule = {
    maxLength: 100,
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
};
const statementRule = { maxLength: 131_072 };

/** /sql/v1/organizations/{organization_id}/environments/{environment_id}/statements: the Flink data plane. */
export function statementRoutes(cloud: Cloud): Route[] {
    const path = "/sql/v1/organizations/:organization_id/environments/:environment_id/statements";
    return [
        ...resourceRoutes(
            cloud,
            path,
            { list, create, read, update: patch, replace: update, remove },
            "data",
            "name",
        ),
        ...resourceRoutes(cloud, `${path}/:name/results`, { list: results }, "data"),
        ...resourceRoutes(cloud, `${path}/:name/exceptions`, { list: exceptions }, "data"),
    ];
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    return { status: 200, body: statementBody(cloud, find(cloud, request)) };
}

function results(cloud: Cloud, request: ApiRequest): ApiResponse {
    const statement = find(cloud, request);
    // They are gone at once, while the statement is DELETING for a moment.
    if (statement.deletedAt !== undefined) throw statementNotFound(statement.name);
    return { status: 200, body: resultBody(cloud, request, statement) };
}

function exceptions(cloud: Cloud, request: ApiRequest): ApiResponse {
    return { status: 200, body: exceptionsBody(cloud, request, find(cloud, request)) };
}

/** Early Access. confluent-sql stops statements with it. Unlike PUT it returns 200 with the statement. */
function patch(cloud: Cloud, request: ApiRequest): ApiResponse {
    const statement = find(cloud, request);
    change(cloud, request, statement, readStatementPatch(request.body, statement.stoppedAt !== undefined));
    return { status: 200, body: statementBody(cloud, statement) };
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    const scope = requireDataPlaneAccess(cloud, request);
    const poolId = queryParameter(request, "spec.compute_pool_id");
    const label = queryParameter(request, "label_selector")?.split("=");
    const namePart = queryParameter(request, "statement_name_search_query") ?? "";
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "sql/v1",
            kind: "StatementList",
            entries: cloud.statements
                .after(0)
                .filter(
                    ({ item }) =>
                        isInScope(cloud, item, scope) &&
                        item.name.includes(namePart) &&
                        (poolId === undefined || item.computePoolId === poolId) &&
                        (label === undefined || item.labels[label[0] ?? ""] === label[1]) &&
                        hasFlinkRoleAt(cloud, request.caller.principalId, item) &&
                        seesStatement(cloud, request.caller.principalId, item),
                ),
            toBody: (statement) => statementBody(cloud, statement),
            withSelf: true,
        }),
    };
}

function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    const scope = requireDataPlaneAccess(cloud, request);
    const body = new RequestBody(request.body);
    const name = body.text("/name", nameRule);
    const text = body.text("/spec/statement", statementRule);
    const callerId = request.caller.principalId;
    const location = readComputeLocation(cloud, body, scope);
    requireFlinkRoleAt(cloud, callerId, location);
    const principalId = body.optionalText("/spec/principal", { maxLength: 1024 }) ?? callerId;
    const properties = body.texts("/spec/properties");
    const parsed = readQuery(text, {
        isSnapshot: properties["sql.snapshot.mode"] === "now",
        catalogs: catalogsOf(cloud, location, properties["sql.current-database"]),
        nowMs: cloud.now(),
    });
    const failure =
        parsed.failure ??
        ddlFailure(cloud, scope.environmentId, properties, parsed) ??
        (parsed.connection && connectionFailure(cloud, location, parsed.connection));
    const query = failure === undefined ? parsed : { ...parsed, failure };
    requireRunAsPrincipal(cloud, callerId, principalId);
    if (query.touchesTopics) requireKafkaAccess(cloud, principalId, scope.environmentId);
    requireTopicAccess(cloud, principalId, scope.environmentId, query.tables);
    const id = `${scope.environmentId}/${name}`;
    const now = cloud.now();
    const isDryRun = properties["sql.dry-run"] === "true";
    const existing = isDryRun ? undefined : cloud.statements.get(id);
    if (existing !== undefined && !isGone(existing, now)) {
        throw alreadyExists(`The statement '${name}' already exists.`, statementUrl(cloud, existing));
    }
    const statement: Statement = {
        ...location,
        computePoolId: isDryRun ? location.computePoolId : requirePool(cloud, body, location),
        id,
        name,
        uid: cloud.random.uuid(),
        statement: text,
        query,
        properties,
        labels: body.texts("/metadata/labels"),
        principalId,
        submitterId: callerId,
        isDegraded: false,
        resourceVersion: 1,
        createdAt: now,
        updatedAt: now,
        startedAt: now,
        stoppedAt: body.optionalBoolean("/spec/stopped") === true ? now : undefined,
        deletedAt: undefined,
    };
    if (isDryRun) {
        // The response has the outcome; the statement is not stored.
        const phase = query.failure === undefined ? "COMPLETED" : "FAILED";
        return { status: 201, body: statementBody(cloud, statement, phase) };
    }
    cloud.statements.delete(id);
    cloud.statements.add(statement);
    applyDdl(cloud, statement, query);
    if (query.connection && failure === undefined) applyConnectionDdl(cloud, location, query.connection);
    return {
        status: 201,
        body: statementBody(cloud, statement),
        headers: { location: statementUrl(cloud, statement) },
    };
}

/** 202 without a body: the statement is STOPPING, or PENDING again. */
function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    change(cloud, request, find(cloud, request), new RequestBody(request.body));
    return { status: 202 };
}

function change(cloud: Cloud, request: ApiRequest, statement: Statement, body: RequestBody): void {
    const scope = requireDataPlaneAccess(cloud, request);
    const stopped = body.optionalBoolean("/spec/stopped");
    if (stopped === undefined) {
        throw body.invalidProperty("/spec/stopped", "The property '/spec/stopped' is required.");
    }
    const version = body.optionalText("/metadata/resource_version");
    if (version !== undefined && version !== String(statement.resourceVersion)) {
        throw new ApiError(
            409,
            "resource_version_conflict",
            "Conflict",
            `The statement has the resource version ${statement.resourceVersion}, the request has ${version}.`,
            { pointer: "/metadata/resource_version" },
        );
    }
    if (
        (body.optionalText("/spec/statement", statementRule) ?? statement.statement) !== statement.statement
    ) {
        throw invalidConfiguration("The text of a statement cannot be changed.", "/spec/statement");
    }
    const computePoolId = body.optionalText("/spec/compute_pool_id") ?? statement.computePoolId;
    const location =
        computePoolId === statement.computePoolId ? statement : readComputeLocation(cloud, body, scope);
    const principalId = body.optionalText("/spec/principal") ?? statement.principalId;
    requireRunAsPrincipal(cloud, request.caller.principalId, principalId);
    requireFlinkRoleAt(cloud, request.caller.principalId, location);
    statement.computePoolId = location.computePoolId;
    statement.regionId = location.regionId;
    const now = cloud.now();
    const hasEnded = ["COMPLETED", "FAILED"].includes(statementPhase(statement, now));
    if (stopped && statement.stoppedAt === undefined && !hasEnded) {
        statement.stoppedAt = now;
    } else if (!stopped && statement.stoppedAt !== undefined) {
        statement.stoppedAt = undefined;
        statement.startedAt = now;
        statement.isDegraded = false;
    }
    statement.principalId = principalId;
    statement.resourceVersion += 1;
    statement.updatedAt = now;
}

/** 202: the statement is DELETING for a moment, then gone. */
function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    const statement = find(cloud, request);
    statement.deletedAt ??= cloud.now();
    return { status: 202 };
}

function find(cloud: Cloud, request: ApiRequest): Statement {
    const scope = requireDataPlaneAccess(cloud, request);
    const name = pathParameter(request, "name");
    const statement = cloud.statements.get(`${scope.environmentId}/${name}`);
    if (
        statement === undefined ||
        !isInScope(cloud, statement, scope) ||
        !seesStatement(cloud, request.caller.principalId, statement)
    ) {
        throw statementNotFound(name);
    }
    requireFlinkRoleAt(cloud, request.caller.principalId, statement);
    return statement;
}

function statementNotFound(name: string): ApiError {
    return notFound(`Statement resource=${name} does not exist`);
}

function isInScope(cloud: Cloud, statement: Statement, scope: DataPlaneScope): boolean {
    return (
        statement.environmentId === scope.environmentId &&
        (scope.regionId === undefined || statement.regionId === scope.regionId) &&
        !isGone(statement, cloud.now())
    );
}
