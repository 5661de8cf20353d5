import type { Query } from "./route";

/** One request and its answer as they went over the wire, credentials included. For tests in the same process. */
export interface Exchange {
    method: string;
    /** Without the query. */
    path: string;
    query: Query;
    requestHeaders: Readonly<Record<string, string | undefined>>;
    /** Parsed; undefined without a body. */
    requestBody: unknown;
    /** Null when the caller got no answer. */
    status: number | null;
    responseHeaders: Readonly<Record<string, string>>;
    /** What was sent, before it was written as JSON; undefined without a body. */
    responseBody: unknown;
    /** The id of the fault rule that acted on it: such an answer need not follow the contract. */
    fault?: string;
}
