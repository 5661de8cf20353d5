import type { ConfluentApi } from "./confluentApi";

export interface FlinkRegion {
    /** `aws`, `gcp` or `azure`, in lower case. */
    readonly cloud: string;
    /** `us-east-2` */
    readonly region: string;
    /** Base URL of the region's Flink REST API: `https://flink.us-east-2.aws.confluent.cloud`. */
    readonly restEndpoint: string;
}

/** `GET /fcpm/v2/regions`, all pages: every region of every cloud where Confluent Cloud runs Flink. */
export async function listFlinkRegions(api: ConfluentApi): Promise<readonly FlinkRegion[]> {
    const { rows } = await api.list("/fcpm/v2/regions", {}, "listing the regions of Flink", (row) => ({
        cloud: String(row.cloud ?? "").toLowerCase(),
        region: String(row.region_name ?? "").toLowerCase(),
        restEndpoint: String(row.http_endpoint ?? ""),
    }));
    return rows;
}
