import type { ApiRequest } from "./apiRequest";
import type { ConfluentApi } from "./confluentApi";
import { mayBeGone } from "./confluentError";

/** Whether the caller can see a service account (`sa-…`) or user (`u-…`): 200, and neither 403 nor 404. */
export async function principalExists(api: ConfluentApi, id: string): Promise<boolean> {
    const collection = id.startsWith("u-") ? "users" : "service-accounts";
    const request: ApiRequest = {
        method: "GET",
        path: `/iam/v2/${collection}/${encodeURIComponent(id)}`,
        purpose: `reading principal ${id}`,
    };
    try {
        // A proxy may answer 200 too, and an existing owner is taken as proof.
        return await api.ask(request, (json) => ((json as { id?: unknown }).id === id ? true : undefined));
    } catch (error) {
        if (mayBeGone(error)) return false;
        throw error;
    }
}
