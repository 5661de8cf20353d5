import type { ConfluentApi } from "./confluentApi";
import type { FlinkScope } from "./flinkScope";

/** A Flink endpoint of a region for one environment. */
export interface FlinkEndpointRow {
    readonly id: string;
    /** Base URL: `https://flink-1234j.us-east-2.aws.confluent.cloud`. */
    readonly restEndpoint: string;
    readonly isPrivate: boolean;
}

/** `GET /endpoint/v1/endpoints?service=FLINK&…`, all pages: a scope's REST endpoints, including private ones. */
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
    const purpose = `listing the Flink endpoints of ${scope.name}`;
    const { rows } = await api.list("/endpoint/v1/endpoints", query, purpose, (row) => ({
        id: String(row.id ?? ""),
        restEndpoint: withScheme(String(row.endpoint ?? "")),
        isPrivate: row.is_private === true,
        isLanguageService: row.endpoint_type === "LANGUAGE_SERVICE",
    }));
    return rows.filter(({ isLanguageService }) => !isLanguageService);
}

/** The API gives some endpoints as bare host names. */
function withScheme(endpoint: string): string {
    return (/^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`).replace(/\/+$/, "");
}
