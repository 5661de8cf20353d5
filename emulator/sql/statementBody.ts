import { invalidFilter } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import type { Statement } from "../resources";
import { type ApiRequest, queryParameter } from "../route";
import { flinkHead, flinkResourceUrl } from "./flinkBody";
import { catalogsOf } from "./flinkCatalog";
import { readQuery } from "./query";
import { statementPhase } from "./statementPhase";

export function statementUrl(cloud: Cloud, statement: Statement): string {
    return flinkResourceUrl(cloud, statement, `statements/${statement.name}`);
}

export function statementBody(cloud: Cloud, statement: Statement) {
    const phase = statementPhase(statement, cloud.now());
    const { query } = statement;
    const head = flinkHead("Statement", statementUrl(cloud, statement), statement);
    return {
        ...head,
        organization_id: cloud.organizationId,
        environment_id: statement.environmentId,
        metadata: { ...head.metadata, labels: statement.labels },
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
            // As the service says that there are none.
            latest_offsets_timestamp: "0001-01-01T00:00:00Z",
            ...(query.failure !== undefined ||
            (phase === "PENDING" && cloud.choices.statementTraits === "when-running")
                ? {}
                : {
                      traits: {
                          sql_kind: query.sqlKind,
                          // The service reports CREATE TABLE AS as bounded even while it runs on (tests of confluent-sql).
                          is_bounded: query.isBounded || query.sqlKind === "CREATE_TABLE_AS",
                          is_append_only: query.isAppendOnly,
                          ...(query.changes !== undefined && query.keys?.length
                              ? { upsert_columns: [...query.keys] }
                              : {}),
                          // A statement without a result has no schema.
                          ...(query.columns.length === 0 && query.sqlKind !== "SELECT"
                              ? {}
                              : { schema: { columns: query.columns.map((column) => ({ ...column })) } }),
                      },
                  }),
        },
    };
}

/**
 * The rows after those that the client has had: the page token is their number. Until the statement has ended, `next` leads to what may
 * come. A bounded statement has its rows when it has ended, a stream while it runs.
 */
export function resultBody(cloud: Cloud, request: ApiRequest, statement: Statement) {
    const phase = statementPhase(statement, cloud.now());
    const token = queryParameter(request, "page_token") ?? "0";
    if (!/^\d{1,9}$/.test(token))
        throw invalidFilter("page_token must be one of metadata.next.", "page_token");
    const isOpen = ["PENDING", "RUNNING", "DEGRADED"].includes(phase);
    const data = resultRows(cloud, statement, phase).slice(Number(token));
    return {
        api_version: "sql/v1",
        kind: "StatementResult",
        metadata: {
            self: request.url,
            ...(isOpen ? { next: `${request.url}?page_token=${Number(token) + data.length}` } : {}),
            created_at: timestamp(statement.createdAt),
        },
        results: { data },
    };
}

function resultRows(cloud: Cloud, statement: Statement, phase: string) {
    if (statement.query.isBounded)
        return phase === "COMPLETED" ? statement.query.rows.map((row) => ({ op: 0, row: [...row] })) : [];
    if (phase !== "RUNNING" && phase !== "DEGRADED") return [];
    // A stream sees the rows that were added since.
    const catalogs = catalogsOf(cloud, statement, statement.properties["sql.current-database"]);
    const { rows, changes } = readQuery(statement.statement, { catalogs, nowMs: statement.createdAt });
    return (changes ?? rows.map((row) => ({ op: 0, row }))).map(({ op, row }) => ({ op, row: [...row] }));
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
