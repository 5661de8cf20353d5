export interface ApiRequest {
    readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
    readonly path: string;
    readonly query?: Readonly<Record<string, string | number>>;
    /** Sent as JSON. */
    readonly body?: unknown;
    /** Sent form-encoded, in place of `body`. */
    readonly form?: Readonly<Record<string, string>>;
    /** A POST that may be sent again like a GET, for it makes nothing. Default false. */
    readonly isRepeatable?: boolean;
    /** What to do when it is refused (4xx); default: what `confluentError.ts` says of the kind. */
    readonly remedy?: string;
    /** For error messages, in a person's words: `reading environment env-abc123`. */
    readonly purpose: string;
}

export interface ApiAnswer {
    readonly status: number;
    /** The parsed body; undefined where there is none. */
    readonly json: unknown;
    /** The server's own clock (header `Date`), so that ages do not depend on this machine's. */
    readonly dateMs: number | undefined;
}
