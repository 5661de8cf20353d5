import type { ConfluentApi } from "./confluentApi";
import type { FlinkScope } from "./flinkScope";

/** A Flink endpoint of a region for one environment. */
export interface FlinkEndpointRow {
    readonly id: string;
    /** Base URL: `https://flink-1234j.us-east-2.aws.confluent.cloud`. */
    readonly restEndpoint: string;
    readonly isPrivate: boolean;
}

/**
 * `GET /endpoint/v1/endpoints?service=FLINK&…`, all pages: the REST endpoints of a scope, including private ones.
 * Endpoints of the language service are left out.
 */
export async function listFlinkEndpoints(
    api: ConfluentApi,
    scope: FlinkScope,
): Promise<readonly FlinkEndpointRow[]> {
    const query = {
        service: "FLINK",
        environment: scope.environmentId,
        cloud: scope.cloud.toUpperCase(),
        region: scope.region,
    };
    const { rows } = await api.list(
        "/endpoint/v1/endpoints",
        query,
        `listing the Flink endpoints of ${scope.name}`,
    );
    return rows
        .map((row) => row as Record<string, unknown>)
        .filter(({ endpoint_type }) => endpoint_type !== "LANGUAGE_SERVICE")
        .map(({ id, endpoint, is_private }) => ({
            id: String(id ?? ""),
            restEndpoint: withScheme(String(endpoint ?? "")),
            isPrivate: is_private === true,
        }));
}

/** The API gives some endpoints as bare host names. */
function withScheme(endpoint: string): string {
    return (/^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`).replace(/\/+$/, "");
}
