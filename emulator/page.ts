import { badRequest, invalidFilter } from "./apiError";
import type { Cloud } from "./cloud";
import { type Call, queryParameter } from "./route";
import type { ListBody } from "./schemas";

export interface PageSizes {
    default: number;
    max: number;
}

/** What most lists do. */
export const USUAL_PAGES: PageSizes = { default: 10, max: 100 };

export interface Listing<T> {
    apiVersion: string;
    kind: string;
    /** Every match in a stable order, each with the number a page token points at. */
    entries: readonly { sequence: number; item: T }[];
    toBody(item: T): unknown;
    /** @default USUAL_PAGES */
    pages?: PageSizes;
    /** The statements API also names the list itself. @default false */
    withSelf?: boolean;
}

/**
 * One page of a list. `metadata.next` is absolute and repeats the filters; it is absent on the last page.
 * A token stays good when items are deleted or added between two pages.
 */
export function listPage<T>(cloud: Cloud, call: Call, listing: Listing<T>): ListBody {
    const pageSize = readPageSize(call, listing.pages ?? USUAL_PAGES);
    const start = readPageToken(call);
    const rest = listing.entries.filter((entry) => entry.sequence > start);
    const page = rest.slice(0, pageSize);
    const last = page.at(-1);
    const metadata: ListBody["metadata"] = {};
    if (listing.withSelf === true) {
        metadata.self = `${cloud.url}${call.path}`;
    }
    if (last !== undefined && rest.length > page.length) {
        metadata.next = nextUrl(cloud, call, last.sequence);
    }
    return {
        api_version: listing.apiVersion,
        kind: listing.kind,
        metadata,
        data: page.map((entry) => listing.toBody(entry.item)),
    };
}

/** Numbers a fixed list, for things that are not made at run time. */
export function numbered<T>(items: readonly T[]): { sequence: number; item: T }[] {
    return items.map((item, index) => ({ sequence: index + 1, item }));
}

function readPageSize(call: Call, sizes: PageSizes): number {
    const text = queryParameter(call, "page_size");
    if (text === undefined) {
        return sizes.default;
    }
    const size = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(size >= 1 && size <= sizes.max)) {
        throw badRequest(`page_size must be an integer from 1 to ${sizes.max}, got '${text}'.`, {
            parameter: "page_size",
        });
    }
    return size;
}

function readPageToken(call: Call): number {
    const token = queryParameter(call, "page_token");
    if (token === undefined) {
        return 0;
    }
    const after = /^after:(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString("utf8"));
    if (after === null) {
        throw invalidFilter("The page token is not one this API has given out.", "page_token");
    }
    return Number(after[1]);
}

function nextUrl(cloud: Cloud, call: Call, sequence: number): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query)) {
        for (const one of typeof value === "string" ? [value] : (value ?? [])) {
            if (name !== "page_token") {
                query.append(name, one);
            }
        }
    }
    query.append("page_token", Buffer.from(`after:${sequence}`).toString("base64url"));
    return `${cloud.url}${call.path}?${query.toString()}`;
}
