import type { ApiRequest } from "./apiRequest";
import type { ConfluentApi } from "./confluentApi";

export interface Environment {
    /** `env-abc123` */
    readonly id: string;
    /** UUID of its organization, which is part of the URLs of Flink's REST API. */
    readonly organizationId: string;
}

/** `GET /org/v2/environments/{id}` → 200. 403 or 404: it does not exist, or the caller is not allowed to see it. */
export async function getEnvironment(api: ConfluentApi, id: string): Promise<Environment> {
    const request: ApiRequest = {
        method: "GET",
        path: `/org/v2/environments/${encodeURIComponent(id)}`,
        purpose: `reading environment ${id}`,
    };
    const answer = await api.send(request);
    const resourceName = (answer.json as { metadata?: { resource_name?: unknown } }).metadata?.resource_name;
    const organizationId = /organization=([^/]+)/.exec(String(resourceName ?? ""))?.[1];
    if (organizationId === undefined) throw api.malformed(request, answer.status);
    return { id, organizationId };
}
