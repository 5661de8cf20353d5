import type { ApiAnswer, ApiRequest } from "./apiRequest";

// A runaway `metadata.next` ends here: 1,000 pages of 100 rows are ten times what an organization may hold.
const maxPages = 1000;
const pageSize = 100;
// `next` may be a path alone; only its token is read.
const anyOrigin = "https://api.confluent.cloud";

export interface ListAnswer {
    readonly rows: readonly unknown[];
    /** The server's clock when the last page was answered. */
    readonly dateMs: number | undefined;
}

/**
 * Every row of a list, page after page of 100. The token is taken out of `metadata.next`; the URL around it is
 * not followed, so that credentials go nowhere else. Never a part of the list: where it cannot be followed to its end,
 * `malformed` gives the error to throw, for a row that is missing is taken as proof that the thing is gone.
 */
export async function listPages(
    send: (request: ApiRequest) => Promise<ApiAnswer>,
    malformed: (status: number) => Error,
    request: ApiRequest,
): Promise<ListAnswer> {
    const rows: unknown[] = [];
    const tokens = new Set<string>();
    let pageToken: string | undefined;
    for (let page = 0; page < maxPages; page++) {
        const query = { ...request.query, page_size: pageSize, ...(pageToken && { page_token: pageToken }) };
        const answer = await send({ ...request, query });
        const { data, next } = readPage(answer.json);
        if (data === undefined) throw malformed(answer.status);
        rows.push(...data);
        if (next === undefined) return { rows, dateMs: answer.dateMs };
        if (next.token === null || tokens.has(next.token)) throw malformed(answer.status);
        pageToken = next.token;
        tokens.add(pageToken);
    }
    throw malformed(200);
}

/** `next` is absent on the last page; its token is null where there should be one. */
function readPage(json: unknown): {
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
