import { invalidFilter } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import type { Statement } from "../resources";
import { type ApiRequest, queryParameter } from "../route";
import { flinkHead, flinkResourceUrl } from "./flinkBody";
import { catalogsOf } from "./flinkCatalog";
import { type Query, readQuery } from "./query";
import type { RowChange } from "./select";
import { statementPhase } from "./statementPhase";

export function statementUrl(cloud: Cloud, statement: Statement): string {
    return flinkResourceUrl(cloud, statement, `statements/${statement.name}`);
}

export function statementBody(cloud: Cloud, statement: Statement) {
    const phase = statementPhase(statement, cloud.now());
    const { query } = statement;
    const isEarly = phase === "PENDING" && cloud.choices.statementTraits === "when-running";
    const hasTraits = query.failure === undefined && !isEarly;
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
            ...(hasTraits && { traits: traitsOf(query) }),
        },
    };
}

function traitsOf({ sqlKind, isBounded, isAppendOnly, changes, keys = [], columns }: Query) {
    return {
        sql_kind: sqlKind,
        // The service reports CREATE TABLE AS as bounded even while it runs on (tests of confluent-sql).
        is_bounded: isBounded || sqlKind === "CREATE_TABLE_AS",
        is_append_only: isAppendOnly,
        ...(changes !== undefined && keys.length > 0 && { upsert_columns: keys }),
        // A statement without a result has no schema.
        ...((columns.length > 0 || sqlKind === "SELECT") && { schema: { columns } }),
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

function resultRows(cloud: Cloud, { query, ...statement }: Statement, phase: string): readonly RowChange[] {
    const added = (rows: Query["rows"]): RowChange[] => rows.map((row) => ({ op: 0, row }));
    if (query.isBounded) return phase === "COMPLETED" ? added(query.rows) : [];
    if (phase !== "RUNNING" && phase !== "DEGRADED") return [];
    // A stream sees the rows that were added since.
    const catalogs = catalogsOf(cloud, statement, statement.properties["sql.current-database"]);
    const { rows, changes } = readQuery(statement.statement, { catalogs, nowMs: statement.createdAt });
    return changes ?? added(rows);
}

export function exceptionsBody(cloud: Cloud, request: ApiRequest, statement: Statement) {
    const exception = {
        kind: "StatementException",
        name: "org.apache.flink.table.api.SqlParserException",
        message: statement.query.failure ?? "",
        timestamp: timestamp(statement.startedAt),
    };
    return {
        api_version: "sql/v1",
        kind: "StatementExceptionList",
        metadata: { self: request.url },
        data: statementPhase(statement, cloud.now()) === "FAILED" ? [exception] : [],
    };
}
