import type { Query } from "./route";

/** An HTTP request and its response, credentials included. For tests in the same process. */
export interface Exchange {
    method: string;
    /** Without the query, and without the region of a Flink endpoint. */
    path: string;
    /** `aws.us-east-1`, where the client used the Flink endpoint of a region. */
    region?: string;
    query: Query;
    requestHeaders: Readonly<Record<string, string | undefined>>;
    /** Parsed; undefined without a body. */
    requestBody: unknown;
    /** Null when the client got no status: the connection was dropped or left hanging. */
    status: number | null;
    responseHeaders: Readonly<Record<string, string>>;
    /** The response body before it was serialised as JSON; undefined without a body. */
    responseBody: unknown;
    /** The id of the fault rule that applied. Such a response need not follow Confluent's specification. */
    fault?: string;
}
