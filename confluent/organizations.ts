import type { ConfluentApi } from "./confluentApi";
import { readPage } from "./listPages";

/** `GET /org/v2/organizations` → 200: the id (a UUID) of the caller's organization, which everybody in it may read. */
export async function getOrganizationId(api: ConfluentApi): Promise<string> {
    const path = "/org/v2/organizations";
    return api.ask({ method: "GET", path, purpose: "reading the organization" }, (json) => {
        const { id } = (readPage(json).data?.[0] ?? {}) as { id?: unknown };
        return typeof id === "string" && id !== "" ? id : undefined;
    });
}
