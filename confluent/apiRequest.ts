export interface ApiRequest {
    readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
    readonly path: string;
    readonly query?: Readonly<Record<string, string | number>>;
    /** Sent as JSON. */
    readonly body?: unknown;
    /** Sent form-encoded, instead of `body`. */
    readonly form?: Readonly<Record<string, string>>;
    /** True for a POST that makes nothing, so that it may be sent again like a GET. Default false. */
    readonly isRepeatable?: boolean;
    /** What to do if it is refused (4xx); default: the remedy for the kind in `confluentError.ts`. */
    readonly remedy?: string;
    /** The purpose for error messages: `reading environment env-abc123`. */
    readonly purpose: string;
}

export interface ApiAnswer {
    readonly status: number;
    /** The parsed body; undefined if there is none. */
    readonly json: unknown;
    /** The server's time (header `Date`), so that ages do not depend on this machine's clock. */
    readonly dateMs: number | undefined;
}
