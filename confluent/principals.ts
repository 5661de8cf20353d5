import type { ConfluentApi } from "./confluentApi";
import { unlessGone } from "./confluentError";

/** Whether the caller can see a service account (`sa-…`) or user (`u-…`): 200, and neither 403 nor 404. */
export async function principalExists(api: ConfluentApi, id: string): Promise<boolean> {
    const collection = id.startsWith("u-") ? "users" : "service-accounts";
    const path = `/iam/v2/${collection}/${encodeURIComponent(id)}`;
    // A proxy may answer 200 too, and an existing owner is taken as proof.
    const asked = api.ask({ method: "GET", path, purpose: `reading principal ${id}` }, (json) =>
        (json as { id?: unknown }).id === id ? true : undefined,
    );
    return (await unlessGone(asked)) !== undefined;
}
