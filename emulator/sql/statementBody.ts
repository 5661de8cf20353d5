import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import type { Statement } from "../resources";
import { type ApiRequest, queryParameter } from "../route";
import { type StatementPhase, statementPhase } from "./statementPhase";

export function statementUrl(cloud: Cloud, { environmentId, regionId, name }: Statement): string {
    const base = `${cloud.flinkUrl(regionId)}/sql/v1/organizations/${cloud.organizationId}`;
    return `${base}/environments/${environmentId}/statements/${name}`;
}

export function statementBody(
    cloud: Cloud,
    statement: Statement,
    phase: StatementPhase = statementPhase(statement, cloud.now()),
) {
    const { query } = statement;
    return {
        api_version: "sql/v1",
        kind: "Statement",
        name: statement.name,
        organization_id: cloud.organizationId,
        environment_id: statement.environmentId,
        metadata: {
            self: statementUrl(cloud, statement),
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
                          // The service reports CREATE TABLE AS as bounded even while it runs on (tests of confluent-sql).
                          is_bounded: query.isBounded || query.sqlKind === "CREATE_TABLE_AS",
                          is_append_only: query.isAppendOnly,
                          // A statement without a result has no schema.
                          ...(query.columns.length === 0 && query.sqlKind !== "SELECT"
                              ? {}
                              : { schema: { columns: query.columns.map((column) => ({ ...column })) } }),
                      },
                  }),
        },
    };
}

/** All rows are on one page. Until the statement has ended, `next` leads the client to the same page again. */
export function resultBody(cloud: Cloud, request: ApiRequest, statement: Statement) {
    const phase = statementPhase(statement, cloud.now());
    const self = request.url;
    const isFirstPage = queryParameter(request, "page_token") === undefined;
    const hasRows =
        phase === "COMPLETED" && (isFirstPage || queryParameter(request, "page_token") === "await");
    return {
        api_version: "sql/v1",
        kind: "StatementResult",
        metadata: {
            self,
            ...(["PENDING", "RUNNING", "DEGRADED"].includes(phase)
                ? { next: `${self}?page_token=await` }
                : {}),
            created_at: timestamp(statement.createdAt),
        },
        results: { data: hasRows ? statement.query.rows.map((row) => ({ op: 0, row: [...row] })) : [] },
    };
}

export function exceptionsBody(cloud: Cloud, request: ApiRequest, statement: Statement) {
    const phase = statementPhase(statement, cloud.now());
    return {
        api_version: "sql/v1",
        kind: "StatementExceptionList",
        metadata: { self: request.url },
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
