export interface ApiRequest {
    readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
    readonly path: string;
    readonly query?: Readonly<Record<string, string | number>>;
    /** Sent as JSON. */
    readonly body?: unknown;
    /** Sent form-encoded, instead of `body`. */
    readonly form?: Readonly<Record<string, string>>;
    /** True for a POST that creates nothing, so that it may be sent again like a GET. Default false. */
    readonly isRepeatable?: boolean;
    /** What to do after a 4xx response. Default: the remedy for the kind of error in `confluentError.ts`. */
    readonly remedy?: string;
    /** Describes the request in error messages: `reading environment env-abc123`. */
    readonly purpose: string;
}

export interface ApiResponse {
    readonly status: number;
    /** The parsed body; undefined if there is none. */
    readonly json: unknown;
    /** The server's time (header `Date`), so that ages do not depend on this machine's clock. */
    readonly dateMs: number | undefined;
}
