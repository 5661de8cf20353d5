import { badRequest, invalidFilter } from "./apiError";
import type { Cloud } from "./cloud";
import type { Entry } from "./collection";
import { type ApiRequest, queryParameter } from "./route";

export interface PageSizes {
    default: number;
    max: number;
}

/** The page sizes of most lists. */
const defaultPages: PageSizes = { default: 10, max: 100 };

/**
 * One page of a list. `metadata.next` is an absolute URL that repeats the filters; on the last page it is absent, or
 * empty with the option `lastPage`. It is never `null`: the Terraform provider panics on that.
 * A page token stays valid when items are created or deleted between two pages.
 * @param entries every match in a stable order; a page token contains the sequence number of the last entry on the page
 */
export function pageOf<T>(
    cloud: Cloud,
    request: ApiRequest,
    entries: readonly Entry<T>[],
    { pages = defaultPages, listsSelf = false }: { pages?: PageSizes; listsSelf?: boolean },
): { metadata: { self?: string; next?: string }; items: T[] } {
    const pageSize = readPageSize(request, pages);
    const start = readPageToken(request);
    const rest = entries.filter((entry) => entry.sequence > start);
    const page = rest.slice(0, pageSize);
    const last = page.at(-1);
    const next = last !== undefined && rest.length > page.length ? nextUrl(request, last.sequence) : "";
    const metadata = {
        ...(listsSelf && { self: request.url }),
        ...((next !== "" || cloud.choices.lastPage === "empty") && { next }),
    };
    return { metadata, items: page.map(({ item }) => item) };
}

/** Gives the items of a fixed list their sequence numbers. */
export function numbered<T>(items: readonly T[]): Entry<T>[] {
    return items.map((item, index) => ({ sequence: index + 1, item }));
}

function readPageSize(request: ApiRequest, sizes: PageSizes): number {
    const text = queryParameter(request, "page_size");
    if (text === undefined) return sizes.default;
    const size = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(size >= 1 && size <= sizes.max)) {
        throw badRequest(`page_size must be an integer from 1 to ${sizes.max}, got '${text}'.`, {
            parameter: "page_size",
        });
    }
    return size;
}

function readPageToken(request: ApiRequest): number {
    const token = queryParameter(request, "page_token");
    if (token === undefined) return 0;
    const after = /^after:(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString("utf8"));
    if (after === null)
        throw invalidFilter("page_token must be a token from metadata.next of this API.", "page_token");
    return Number(after[1]);
}

function nextUrl(request: ApiRequest, sequence: number): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(request.query)) {
        for (const one of typeof value === "string" ? [value] : (value ?? [])) {
            if (name !== "page_token") query.append(name, one);
        }
    }
    query.append("page_token", Buffer.from(`after:${sequence}`).toString("base64url"));
    return `${request.url}?${query.toString()}`;
}
