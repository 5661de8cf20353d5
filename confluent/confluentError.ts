const kindByStatus: Readonly<Record<number, ConfluentErrorKind>> = {
    400: "badRequest",
    401: "unauthenticated",
    402: "quota",
    403: "forbidden",
    404: "notFound",
    409: "conflict",
    422: "invalid",
    429: "rateLimited",
};

/** The kind of error for an HTTP status. */
export function kindOfStatus(status: number): ConfluentErrorKind {
    return kindByStatus[status] ?? (status >= 500 ? "server" : "unexpected");
}

/** What a person can do about each kind: the last sentence of every message, and a row in docs/errors.md. */
export const remedies = {
    badRequest: "Check the values named here. Confluent also reports some quotas as 400.",
    unauthenticated:
        "Check the Cloud API key and secret (confluentcloud:cloudApiKey, confluentcloud:cloudApiSecret or CONFLUENT_CLOUD_API_KEY, CONFLUENT_CLOUD_API_SECRET). The key must be for Cloud resource management, not for Flink or a cluster, and at least a minute old. If it was changed since the last pulumi up: refresh, destroy, --refresh and drift use the old one, from the state. Run pulumi up, or add --run-program.",
    quota: "Delete API keys that are no longer used, or ask Confluent to raise the limit.",
    forbidden:
        "The owner of the Cloud API key needs OrganizationAdmin, or ResourceOwner on the service account for its keys and AccountAdmin for service accounts (docs/roles.md); Confluent also answers 403 for a resource that does not exist.",
    notFound: "Check the id, and that the Cloud API key belongs to the same organization.",
    conflict: "A resource with this name already exists: choose another name, or use the existing resource.",
    invalid: "Correct the property named here.",
    rateLimited: "Wait a minute and run again, or lower --parallel.",
    server: "Confluent Cloud failed: run again later. If it keeps failing, give the request id to Confluent's support.",
    unexpected:
        "This answer is not from Confluent Cloud: check confluentcloud:endpoint and any proxy between this machine and Confluent Cloud.",
    malformed:
        "Something between this machine and Confluent Cloud, such as a proxy, changed the answer: check it, then run again.",
    timeout: "Check the network, then run again.",
    dns: "The host name does not resolve: check confluentcloud:endpoint, DNS and proxy settings.",
    refused:
        "Nothing accepts connections at this address: check confluentcloud:endpoint, firewall and proxy settings.",
    tls: "The certificate is not trusted: put your company's CA into NODE_EXTRA_CA_CERTS.",
    reset: "The connection broke: check the network or proxy, then run again.",
    proxy: "Check the proxy, and scheme, host and port in the variable named here; or name the host of the request in NO_PROXY.",
    proxySetting: "Correct the variable named here, or ask whoever runs the proxy.",
    insecure:
        "The secret would cross the network unencrypted, so nothing was sent: use https:// (http:// is for this machine only, such as 127.0.0.1).",
};

/**
 * What went wrong with a request to Confluent Cloud.
 *
 * With a response: `badRequest` 400, `unauthenticated` 401, `quota` 402, `forbidden` 403, `notFound` 404, `conflict`
 * 409, `invalid` 422, `rateLimited` 429, `server` 5xx, `unexpected` any other status, a redirect to another host, and
 * a 401, 403 or 404 without the format of Confluent's own errors (such as a proxy's), `malformed` a success whose
 * body is not the expected JSON. Without one: `timeout`, `dns`, `refused`, `tls`, `reset` (the connection broke),
 * `proxy` (it opened no connection), `proxySetting` (it cannot be used, or refuses this user or host), `insecure` (not sent, because the address is not safe for
 * a secret).
 */
export type ConfluentErrorKind = keyof typeof remedies;

/** Why a request has no usable response. */
export interface Failure {
    readonly kind: ConfluentErrorKind;
    readonly status?: number | undefined;
    /** Confluent's own code, such as `quota_exceeded`. */
    readonly code?: string | undefined;
    /** Confluent's own message, without credentials, cut to 300 characters. */
    readonly detail?: string | undefined;
    /** JSON pointer to the offending property, such as `/spec/owner`. */
    readonly pointer?: string | undefined;
    readonly errorId?: string | undefined;
    readonly requestId?: string | undefined;
    readonly retryAfterMs?: number | undefined;
}

export interface ConfluentErrorDetails extends Failure {
    readonly method: string;
    /** Path without query, or the whole URL without credentials if the host matters. */
    readonly target: string;
    /** The purpose of the request: `creating a Flink API key for sa-111aaa`. */
    readonly purpose: string;
    /** What to do about it. Default: the remedy for the kind. */
    readonly remedy?: string | undefined;
}

/** A request that failed. The message contains no header, no body and no credential. */
export class ConfluentError extends Error implements Failure {
    override readonly name = "ConfluentError";
    declare readonly kind: ConfluentErrorKind;
    declare readonly status?: number;
    declare readonly code?: string;
    declare readonly detail?: string;
    declare readonly pointer?: string;
    declare readonly errorId?: string;
    declare readonly requestId?: string;
    declare readonly retryAfterMs?: number;

    constructor(details: ConfluentErrorDetails) {
        super(describe(details));
        const { method, target, purpose, remedy, ...failure } = details;
        Object.assign(this, failure);
    }

    /** What Confluent Cloud itself said, with its ids: `Forbidden by an IP filter [error id 7f3c…]`. Empty if it said nothing. */
    get quote(): string {
        return quoteOf(this);
    }

    /** There was no HTTP response. */
    get isNetworkFault(): boolean {
        return this.status === undefined && this.kind !== "malformed";
    }

    /** There was no connection, so the request had no effect. */
    get wasNeverSent(): boolean {
        return ["dns", "refused", "proxy", "proxySetting", "insecure"].includes(this.kind);
    }

    /** Confluent Cloud itself did not respond: there was no response, or it came from a proxy or a login page. */
    get isFromElsewhere(): boolean {
        return this.isNetworkFault || this.kind === "unexpected" || this.kind === "malformed";
    }

    /** The request may have had an effect, although there was no usable response. */
    get leavesOutcomeUnknown(): boolean {
        const gotNoAnswer = this.isNetworkFault && !this.wasNeverSent;
        return gotNoAnswer || this.kind === "server" || this.kind === "malformed" || this.status === 408;
    }
}

/** Whether it is 403 or 404. Either may mean that a resource does not exist, or that the caller is not allowed to see it. */
export function mayBeGone(error: unknown): error is ConfluentError {
    return error instanceof ConfluentError && (error.kind === "notFound" || error.kind === "forbidden");
}

/** What was asked for; undefined after 403 or 404. */
export function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
    return asked.catch((error: unknown) => {
        if (mayBeGone(error)) return undefined;
        throw error;
    });
}

function describe(details: ConfluentErrorDetails): string {
    const outcome = [
        details.status ?? nameOfFault[details.kind] ?? details.kind,
        details.status !== undefined && details.kind === "malformed" ? nameOfFault.malformed : undefined,
        details.code,
    ]
        .filter((part) => part !== undefined)
        .join(" ");
    const quote = quoteOf(details);
    const separator = quote === "" ? "" : quote.startsWith("[") ? " " : ": ";
    return `${details.purpose}: ${details.method} ${details.target}: ${outcome}${separator}${quote}. ${details.remedy ?? remedyOf(details)}`;
}

function quoteOf({ detail, pointer, errorId, requestId }: Failure): string {
    const ids = [errorId && `error id ${errorId}`, requestId && `request id ${requestId}`].filter(Boolean);
    return [detail, pointer && `(at ${pointer})`, ids.length > 0 && `[${ids.join(", ")}]`]
        .filter(Boolean)
        .join(" ");
}

/** The usual remedy, but with the server's own time where it asks to wait for more than a minute. */
function remedyOf({ kind, retryAfterMs }: Failure): string {
    const minutes = Math.ceil((retryAfterMs ?? 0) / 60_000);
    return kind === "rateLimited" && minutes > 1
        ? `Wait ${minutes} minutes, as Confluent Cloud asks, and run again, or lower --parallel.`
        : remedies[kind];
}

/** How a message names what happened where there was no answer, or none that could be read. */
export const nameOfFault: Partial<Record<ConfluentErrorKind, string>> = {
    timeout: "no answer in time",
    dns: "host name not found",
    refused: "connection refused",
    tls: "certificate not trusted",
    reset: "connection broken",
    proxy: "no connection",
    proxySetting: "not sent",
    insecure: "not sent over http",
    malformed: "answer is not the expected JSON",
};
