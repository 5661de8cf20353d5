// `next` may be only a path; only its token is read.
const anyOrigin = "https://api.confluent.cloud";

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
