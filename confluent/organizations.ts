import type { ApiRequest } from "./apiRequest";
import type { ConfluentApi } from "./confluentApi";

/**
 * `GET /org/v2/organizations` → 200: the id (a UUID) of the caller's organization. Everybody in the organization may
 * read it.
 */
export async function getOrganizationId(api: ConfluentApi): Promise<string> {
    const request: ApiRequest = {
        method: "GET",
        path: "/org/v2/organizations",
        purpose: "reading the organization",
    };
    const { rows } = await api.list(request.path, {}, request.purpose);
    const id = (rows[0] as { id?: unknown } | null | undefined)?.id;
    if (typeof id !== "string" || id === "") throw api.malformed(request, 200);
    return id;
}
