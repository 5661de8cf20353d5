import type { ApiRequest, ApiResponse } from "./apiRequest";

// Stops an endless list. 1,000 pages of 100 rows are ten times what an organization may have.
const maxPages = 1000;
const pageSize = 100;
// `next` may be only a path; only its token is read.
const anyOrigin = "https://api.confluent.cloud";

export interface ListResult {
    readonly rows: readonly unknown[];
    /** The server's time at the last page. */
    readonly dateMs: number | undefined;
}

/**
 * Every row of a list, read in pages of 100. Only the token is taken from `metadata.next`; its URL is not followed,
 * so that credentials go nowhere else. Never returns a part of a list, because a missing row counts as proof that a
 * resource is gone. If the list cannot be read to its end, throws the error that `malformed` returns.
 */
export async function listPages(
    send: (request: ApiRequest) => Promise<ApiResponse>,
    malformed: (status: number) => Error,
    request: ApiRequest,
): Promise<ListResult> {
    const rows: unknown[] = [];
    const tokens = new Set<string>();
    let pageToken: string | undefined;
    for (let page = 0; page < maxPages; page++) {
        const query = { ...request.query, page_size: pageSize, ...(pageToken && { page_token: pageToken }) };
        const response = await send({ ...request, query });
        const { data, next } = readPage(response.json);
        if (data === undefined) throw malformed(response.status);
        rows.push(...data);
        if (next === undefined) return { rows, dateMs: response.dateMs };
        if (next.token === null || tokens.has(next.token)) throw malformed(response.status);
        pageToken = next.token;
        tokens.add(pageToken);
    }
    throw malformed(200);
}

/** `next` is absent on the last page. Its token is null if `next` should have one and does not. */
export function readPage(json: unknown): {
    data: unknown[] | undefined;
    next: { token: string | null } | undefined;
} {
    const page = json as { data?: unknown; metadata?: { next?: unknown } | null } | null;
    const data = Array.isArray(page?.data) ? page.data : undefined;
    const next = page?.metadata?.next;
    if (next === undefined || next === null || next === "") return { data, next: undefined };
    const url = URL.canParse(String(next), anyOrigin) ? new URL(String(next), anyOrigin) : undefined;
    return { data, next: { token: url?.searchParams.get("page_token") || null } };
}
