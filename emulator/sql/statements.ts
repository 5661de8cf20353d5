import { ApiError, alreadyExists, invalidConfiguration, notFound, unauthorized } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { principalExists } from "../iam/principals";
import { listPage } from "../page";
import { RequestBody } from "../requestBody";
import type { Statement, Workplace } from "../resources";
import { type Answer, type Call, pathParameter, queryParameter, type Route } from "../route";
import type { StatementBody, StatementExceptionListBody, StatementResultBody } from "../schemas";
import { readQuery } from "./query";
import { applyDdl, catalogsOf, ddlFailure } from "./relations";
import {
    enterDataPlane,
    mayUse,
    type Place,
    requireKafkaAccess,
    requireRunAs,
    requireTopicAccess,
    requireUse,
} from "./statementAccess";
import { readStatementPatch } from "./statementPatch";
import { isGone, type StatementPhase, statementPhase } from "./statementPhase";

const NAME = { maxLength: 100, pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/ };
const STATEMENT = { maxLength: 131_072 };

/** /sql/v1/organizations/{organization_id}/environments/{environment_id}/statements: the Flink data plane. */
export function statementRoutes(cloud: Cloud): Route[] {
    const path = "/sql/v1/organizations/:organization_id/environments/:environment_id/statements";
    const one = `${path}/:name`;
    return [
        { method: "GET", path, authentication: "data", answer: (call) => list(cloud, call) },
        { method: "POST", path, authentication: "data", answer: (call) => create(cloud, call) },
        {
            method: "GET",
            path: one,
            authentication: "data",
            answer: (call) => ({ status: 200, body: statementBody(cloud, find(cloud, call)) }),
        },
        { method: "PUT", path: one, authentication: "data", answer: (call) => update(cloud, call) },
        {
            // Early Access, and the way in which confluent-sql stops a statement. 200 with the statement, unlike PUT.
            method: "PATCH",
            path: one,
            authentication: "data",
            answer: (call) => {
                const statement = find(cloud, call);
                change(
                    cloud,
                    call,
                    statement,
                    readStatementPatch(call.body, statement.stoppedAt !== undefined),
                );
                return { status: 200, body: statementBody(cloud, statement) };
            },
        },
        { method: "DELETE", path: one, authentication: "data", answer: (call) => remove(cloud, call) },
        {
            method: "GET",
            path: `${one}/results`,
            authentication: "data",
            answer: (call) => ({ status: 200, body: resultBody(cloud, call, find(cloud, call)) }),
        },
        {
            method: "GET",
            path: `${one}/exceptions`,
            authentication: "data",
            answer: (call) => ({ status: 200, body: exceptionsBody(cloud, call, find(cloud, call)) }),
        },
    ];
}

function list(cloud: Cloud, call: Call): Answer {
    const place = enterDataPlane(cloud, call);
    const poolId = queryParameter(call, "spec.compute_pool_id");
    const label = queryParameter(call, "label_selector")?.split("=");
    const namePart = queryParameter(call, "statement_name_search_query") ?? "";
    return {
        status: 200,
        body: listPage(cloud, call, {
            apiVersion: "sql/v1",
            kind: "StatementList",
            entries: cloud.statements
                .after(0)
                .filter(
                    ({ item }) =>
                        isHere(cloud, item, place) &&
                        item.name.includes(namePart) &&
                        (poolId === undefined || item.computePoolId === poolId) &&
                        (label === undefined || item.labels[label[0] ?? ""] === label[1]) &&
                        mayUse(cloud, call.caller.principalId, item),
                ),
            toBody: (statement) => statementBody(cloud, statement),
            withSelf: true,
        }),
    };
}

function create(cloud: Cloud, call: Call): Answer {
    const place = enterDataPlane(cloud, call);
    const body = new RequestBody(call.body);
    const name = body.text("/name", NAME);
    const text = body.text("/spec/statement", STATEMENT);
    const callerId = call.caller.principalId;
    const workplace = readWorkplace(cloud, body, place);
    requireUse(cloud, callerId, workplace);
    const principalId = body.optionalText("/spec/principal", { maxLength: 1024 }) ?? callerId;
    const properties = body.texts("/spec/properties");
    const read = readQuery(text, {
        isSnapshot: properties["sql.snapshot.mode"] === "now",
        catalogs: catalogsOf(cloud, place.environmentId, properties["sql.current-database"]),
        nowMs: cloud.now(),
    });
    const failure = read.failure ?? ddlFailure(cloud, place.environmentId, properties, read);
    const query = failure === undefined ? read : { ...read, failure };
    requireRunner(cloud, callerId, principalId);
    if (query.touchesTopics) {
        requireKafkaAccess(cloud, principalId, place.environmentId);
    }
    requireTopicAccess(cloud, principalId, place.environmentId, query.tables);
    const id = `${place.environmentId}/${name}`;
    const now = cloud.now();
    const isDryRun = properties["sql.dry-run"] === "true";
    const existing = isDryRun ? undefined : cloud.statements.get(id);
    if (existing !== undefined && !isGone(existing, now)) {
        throw alreadyExists(`The statement '${name}' already exists.`, selfUrl(cloud, existing));
    }
    const statement: Statement = {
        ...workplace,
        id,
        name,
        uid: cloud.random.uuid(),
        statement: text,
        query,
        properties,
        labels: body.texts("/metadata/labels"),
        principalId,
        resourceVersion: 1,
        createdAt: now,
        updatedAt: now,
        startedAt: now,
        stoppedAt: body.optionalBoolean("/spec/stopped") === true ? now : undefined,
        deletedAt: undefined,
    };
    if (isDryRun) {
        // All of the answer is in this one, and nothing is kept.
        const phase = query.failure === undefined ? "COMPLETED" : "FAILED";
        return { status: 201, body: statementBody(cloud, statement, phase) };
    }
    cloud.statements.delete(id);
    cloud.statements.add(statement);
    applyDdl(cloud, place.environmentId, properties, query);
    return {
        status: 201,
        body: statementBody(cloud, statement),
        headers: { location: selfUrl(cloud, statement) },
    };
}

/** PUT answers 202 without a body: the statement is stopping or starting again. */
function update(cloud: Cloud, call: Call): Answer {
    change(cloud, call, find(cloud, call), new RequestBody(call.body));
    return { status: 202 };
}

function change(cloud: Cloud, call: Call, statement: Statement, body: RequestBody): void {
    const place = enterDataPlane(cloud, call);
    const stopped = body.optionalBoolean("/spec/stopped");
    if (stopped === undefined) {
        throw body.refusal("/spec/stopped", "The property '/spec/stopped' is required.");
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
    if ((body.optionalText("/spec/statement", STATEMENT) ?? statement.statement) !== statement.statement) {
        throw invalidConfiguration("The text of a statement cannot be changed.", "/spec/statement");
    }
    const computePoolId = body.optionalText("/spec/compute_pool_id") ?? statement.computePoolId;
    const workplace =
        computePoolId === statement.computePoolId ? statement : readWorkplace(cloud, body, place);
    const principalId = body.optionalText("/spec/principal") ?? statement.principalId;
    requireRunner(cloud, call.caller.principalId, principalId);
    requireUse(cloud, call.caller.principalId, workplace);
    statement.computePoolId = workplace.computePoolId;
    statement.regionId = workplace.regionId;
    const now = cloud.now();
    const hasEnded = ["COMPLETED", "FAILED"].includes(statementPhase(statement, now));
    if (stopped && statement.stoppedAt === undefined && !hasEnded) {
        statement.stoppedAt = now;
    } else if (!stopped && statement.stoppedAt !== undefined) {
        statement.stoppedAt = undefined;
        statement.startedAt = now;
    }
    statement.principalId = principalId;
    statement.resourceVersion += 1;
    statement.updatedAt = now;
}

/** 202: DELETING for a moment, then gone. */
function remove(cloud: Cloud, call: Call): Answer {
    const statement = find(cloud, call);
    statement.deletedAt ??= cloud.now();
    return { status: 202 };
}

function find(cloud: Cloud, call: Call): Statement {
    const place = enterDataPlane(cloud, call);
    const name = pathParameter(call, "name");
    const statement = cloud.statements.get(`${place.environmentId}/${name}`);
    if (statement === undefined || !isHere(cloud, statement, place)) {
        throw notFound(`The statement '${name}' does not exist.`);
    }
    requireUse(cloud, call.caller.principalId, statement);
    return statement;
}

function isHere(cloud: Cloud, statement: Statement, place: Place): boolean {
    return (
        statement.environmentId === place.environmentId &&
        (place.regionId === undefined || statement.regionId === place.regionId) &&
        !isGone(statement, cloud.now())
    );
}

function requireRunner(cloud: Cloud, callerId: string, principalId: string): void {
    if (!principalExists(cloud, principalId)) {
        throw invalidConfiguration(`The principal '${principalId}' does not exist.`, "/spec/principal");
    }
    requireRunAs(cloud, callerId, principalId);
}

function readWorkplace(cloud: Cloud, body: RequestBody, { environmentId, regionId }: Place): Workplace {
    const computePoolId = body.optionalText("/spec/compute_pool_id", { maxLength: 255 });
    if (computePoolId === undefined) {
        if (regionId === undefined) {
            throw body.refusal(
                "/spec/compute_pool_id",
                "Without a Flink API key the compute pool must be named.",
            );
        }
        return { environmentId, regionId, computePoolId: "" };
    }
    const pool = cloud.computePools.get(computePoolId);
    if (pool === undefined || pool.environmentId !== environmentId) {
        throw body.refusal(
            "/spec/compute_pool_id",
            `The compute pool '${computePoolId}' does not exist in '${environmentId}'.`,
        );
    }
    if (regionId !== undefined && pool.regionId !== regionId) {
        throw unauthorized(
            `The API key is for '${regionId}', the compute pool '${pool.id}' is in '${pool.regionId}'.`,
        );
    }
    return { environmentId, regionId: pool.regionId, computePoolId };
}

function selfUrl(cloud: Cloud, { environmentId, name }: Statement): string {
    const base = `${cloud.url}/sql/v1/organizations/${cloud.organizationId}`;
    return `${base}/environments/${environmentId}/statements/${name}`;
}

function statementBody(
    cloud: Cloud,
    statement: Statement,
    phase: StatementPhase = statementPhase(statement, cloud.now()),
): StatementBody {
    const { query } = statement;
    return {
        api_version: "sql/v1",
        kind: "Statement",
        name: statement.name,
        organization_id: cloud.organizationId,
        environment_id: statement.environmentId,
        metadata: {
            self: selfUrl(cloud, statement),
            created_at: timestamp(statement.createdAt),
            updated_at: timestamp(statement.updatedAt),
            uid: statement.uid,
            resource_version: String(statement.resourceVersion),
            labels: statement.labels,
        },
        spec: {
            statement: statement.statement,
            properties: statement.properties,
            compute_pool_id: statement.computePoolId,
            principal: statement.principalId,
            stopped: statement.stoppedAt !== undefined,
        },
        status: {
            phase,
            detail: phase === "FAILED" ? (query.failure ?? "") : "",
            network_kind: "PUBLIC",
            latest_offsets: {},
            ...(query.failure !== undefined ||
            (phase === "PENDING" && cloud.statementTraits === "when-running")
                ? {}
                : {
                      traits: {
                          sql_kind: query.sqlKind,
                          // The service calls CREATE TABLE AS bounded even where it goes on running (confluent-sql's tests).
                          is_bounded: query.isBounded || query.sqlKind === "CREATE_TABLE_AS",
                          is_append_only: query.isAppendOnly,
                          // What has no result has no schema of one.
                          ...(query.columns.length === 0 && query.sqlKind !== "SELECT"
                              ? {}
                              : { schema: { columns: query.columns.map((column) => ({ ...column })) } }),
                      },
                  }),
        },
    };
}

/**
 * All rows are on the first page. Until the statement has ended there is a next page: the client asks again.
 */
function resultBody(cloud: Cloud, call: Call, statement: Statement): StatementResultBody {
    const phase = statementPhase(statement, cloud.now());
    const self = `${cloud.url}${call.path}`;
    const isFirstPage = queryParameter(call, "page_token") === undefined;
    const hasRows = phase === "COMPLETED" && (isFirstPage || queryParameter(call, "page_token") === "await");
    return {
        api_version: "sql/v1",
        kind: "StatementResult",
        metadata: {
            self,
            ...(phase === "PENDING" || phase === "RUNNING" ? { next: `${self}?page_token=await` } : {}),
            created_at: timestamp(statement.createdAt),
        },
        results: { data: hasRows ? statement.query.rows.map((row) => ({ op: 0, row: [...row] })) : [] },
    };
}

function exceptionsBody(cloud: Cloud, call: Call, statement: Statement): StatementExceptionListBody {
    const phase = statementPhase(statement, cloud.now());
    return {
        api_version: "sql/v1",
        kind: "StatementExceptionList",
        metadata: { self: `${cloud.url}${call.path}` },
        data:
            phase === "FAILED"
                ? [
                      {
                          kind: "StatementException",
                          name: "org.apache.flink.table.api.SqlParserException",
                          message: statement.query.failure ?? "",
                          timestamp: timestamp(statement.startedAt),
                      },
                  ]
                : [],
    };
}
