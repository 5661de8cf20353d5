import type { ConfluentApi } from "./confluentApi";
import { mayBeGone } from "./confluentError";

/**
 * Whether the caller can see a service account (`sa-…`) or user (`u-…`): `GET /iam/v2/service-accounts/{id}` or `GET
 * /iam/v2/users/{id}` → 200. 403 or 404: no.
 */
export async function principalExists(api: ConfluentApi, id: string): Promise<boolean> {
    const collection = id.startsWith("u-") ? "users" : "service-accounts";
    try {
        await api.send({
            method: "GET",
            path: `/iam/v2/${collection}/${encodeURIComponent(id)}`,
            purpose: `reading principal ${id}`,
        });
        return true;
    } catch (error) {
        if (mayBeGone(error)) return false;
        throw error;
    }
}
