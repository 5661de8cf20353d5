import { type ApiError, alreadyExists, invalidConfiguration, notFound } from "../apiError";
import type { Cloud } from "../cloud";
import type { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { Statement } from "../resources";
import { type ApiRequest, bodyRoute, pathParameter, queryParameter, type Route } from "../route";
import { applyConnectionDdl, connectionFailure } from "./connections";
import { applyTableDdl, catalogsOf, insertRows, tableFailure } from "./flinkCatalog";
import { readQuery } from "./query";
import {
    hasFlinkRoleAt,
    isInScope,
    requireDataPlaneAccess,
    requireFlinkRoleAt,
    requireTopicAccess,
    seesStatement,
} from "./statementAccess";
import { exceptionsBody, resultBody, statementBody, statementUrl } from "./statementBody";
import {
    readComputeLocation,
    readNewLocation,
    requirePool,
    requireResourceVersion,
    requireRunAsPrincipal,
} from "./statementLocation";
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
    const statements = resourceRoutes<Statement>(cloud, {
        path,
        kind: "Statement",
        authentication: "data",
        parameter: "name",
        listsSelf: true,
        /** 202 without a body: the statement is STOPPING, or PENDING again. */
        replaced: 202,
        /** 202: the statement is DELETING for a moment, then gone. */
        removed: 202,
        list(request) {
            const scope = requireDataPlaneAccess(cloud, request);
            const poolId = queryParameter(request, "spec.compute_pool_id");
            const label = queryParameter(request, "label_selector")?.split("=");
            const namePart = queryParameter(request, "statement_name_search_query") ?? "";
            return cloud.statements.entries(
                (statement) =>
                    isInScope(scope, statement) &&
                    !isGone(statement, cloud.now()) &&
                    statement.name.includes(namePart) &&
                    (poolId === undefined || statement.computePoolId === poolId) &&
                    (label === undefined || statement.labels[label[0] ?? ""] === label[1]) &&
                    hasFlinkRoleAt(cloud, request.caller.principalId, statement) &&
                    seesStatement(cloud, request.caller.principalId, statement),
            );
        },
        find: (request, name) => find(cloud, request, name),
        create: (body, request) => create(cloud, body, request),
        replace: (statement, body, request) => change(cloud, request, statement, body),
        remove(statement) {
            statement.deletedAt ??= cloud.now();
        },
        self: (statement) => statementUrl(cloud, statement),
        body: (statement) => statementBody(cloud, statement),
    });
    const named = (request: ApiRequest): Statement => find(cloud, request, pathParameter(request, "name"));
    return [
        ...statements,
        // Early Access. confluent-sql stops statements with it.
        bodyRoute("PATCH", `${path}/:name`, "data", (request) => {
            const statement = named(request);
            const body = readStatementPatch(request.body, statement.stoppedAt !== undefined);
            change(cloud, request, statement, body);
            return statementBody(cloud, statement);
        }),
        bodyRoute("GET", `${path}/:name/results`, "data", (request) => {
            const statement = named(request);
            // They are gone at once, while the statement is DELETING for a moment.
            if (statement.deletedAt !== undefined) throw statementNotFound(statement.name);
            return resultBody(cloud, request, statement);
        }),
        bodyRoute("GET", `${path}/:name/exceptions`, "data", (request) =>
            exceptionsBody(cloud, request, named(request)),
        ),
    ];
}

function create(cloud: Cloud, body: RequestBody, request: ApiRequest): Statement {
    const scope = requireDataPlaneAccess(cloud, request);
    const name = body.text("/name", nameRule);
    const text = body.text("/spec/statement", statementRule);
    const callerId = request.caller.principalId;
    const location = readComputeLocation(cloud, body, scope);
    requireFlinkRoleAt(cloud, request.caller, location);
    const principalId = body.optionalText("/spec/principal", { maxLength: 1024 }) ?? callerId;
    const properties = body.texts("/spec/properties");
    const parsed = readQuery(text, {
        isSnapshot: properties["sql.snapshot.mode"] === "now",
        catalogs: catalogsOf(cloud, location, properties["sql.current-database"]),
        nowMs: cloud.now(),
    });
    const session = { ...location, principalId, properties };
    const { ddl, inserts } = parsed;
    const isConnection = ddl?.kind === "CONNECTION";
    const failure =
        parsed.failure ??
        (ddl && (isConnection ? connectionFailure(cloud, location, ddl) : tableFailure(cloud, session, ddl)));
    const query = failure === undefined ? parsed : { ...parsed, failure };
    requireRunAsPrincipal(cloud, request.caller, principalId);
    requireTopicAccess(cloud, session, query);
    const id = `${scope.environmentId}/${name}`;
    const now = cloud.now();
    const isDryRun = properties["sql.dry-run"] === "true";
    const existing = isDryRun ? undefined : cloud.statements.get(id);
    if (existing !== undefined && !isGone(existing, now))
        throw alreadyExists(`The statement '${name}' already exists.`, statementUrl(cloud, existing));
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
        isDryRun,
        isDegraded: false,
        resourceVersion: 1,
        ...cloud.madeNow(),
        startedAt: now,
        stoppedAt: body.optionalBoolean("/spec/stopped") === true ? now : undefined,
        deletedAt: undefined,
    };
    // Of a dry run, the response has the outcome; the statement is not stored.
    if (isDryRun) return statement;
    cloud.statements.delete(id);
    cloud.statements.add(statement);
    if (failure !== undefined) return statement;
    if (inserts) insertRows(cloud, session, inserts);
    if (ddl && isConnection) applyConnectionDdl(cloud, location, ddl);
    else if (ddl) applyTableDdl(cloud, statement, ddl);
    return statement;
}

function change(cloud: Cloud, request: ApiRequest, statement: Statement, body: RequestBody): void {
    const stopped = body.optionalBoolean("/spec/stopped");
    if (stopped === undefined)
        throw body.invalidProperty("/spec/stopped", "The property '/spec/stopped' is required.");
    requireResourceVersion(body, "statement", statement.resourceVersion);
    if ((body.optionalText("/spec/statement", statementRule) ?? statement.statement) !== statement.statement)
        throw invalidConfiguration("The text of a statement cannot be changed.", "/spec/statement");
    const location = readNewLocation(cloud, body, request, statement);
    const principalId = body.optionalText("/spec/principal") ?? statement.principalId;
    requireRunAsPrincipal(cloud, request.caller, principalId);
    requireFlinkRoleAt(cloud, request.caller, location);
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

function find(cloud: Cloud, request: ApiRequest, name: string): Statement {
    const scope = requireDataPlaneAccess(cloud, request);
    const statement = cloud.statements.get(`${scope.environmentId}/${name}`);
    if (
        statement === undefined ||
        !isInScope(scope, statement) ||
        isGone(statement, cloud.now()) ||
        !seesStatement(cloud, request.caller.principalId, statement)
    )
        throw statementNotFound(name);
    requireFlinkRoleAt(cloud, request.caller, statement);
    return statement;
}

function statementNotFound(name: string): ApiError {
    return notFound(`Statement resource=${name} does not exist`);
}
