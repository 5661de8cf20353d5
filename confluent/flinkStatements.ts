import type { ApiRequest } from "./apiRequest";
import type { Clock } from "./clock";
import { ConfluentApi } from "./confluentApi";
import { ConfluentError } from "./confluentError";
import type { Credentials } from "./credentials";
import { readPage } from "./listPages";
import { singleAttempt } from "./retry";

export interface FlinkEndpoint {
    /** Base URL of a region's Flink REST API. */
    readonly restEndpoint: string;
    readonly organizationId: string;
    readonly environmentId: string;
}

/**
 * `GET /sql/v1/organizations/{org}/environments/{env}/statements?page_size=1`, with the key itself, once. Undefined if it
 * answered with a list, otherwise the error: 400, 401, 403 or 404 as long as the key or its role binding has not reached the
 * region.
 */
export async function tryListStatements(
    endpoint: FlinkEndpoint,
    credentials: Credentials,
    clock: Clock,
    timeoutMs: number,
): Promise<ConfluentError | undefined> {
    const api = new ConfluentApi({
        endpoint: endpoint.restEndpoint,
        credentials,
        clock,
        policy: singleAttempt,
        timeoutMs,
    });
    const request: ApiRequest = {
        method: "GET",
        path: `/sql/v1/organizations/${endpoint.organizationId}/environments/${endpoint.environmentId}/statements`,
        query: { page_size: 1 },
        purpose: "calling the region's Flink endpoint",
    };
    try {
        // A success without a list is not the endpoint's answer: proxies and sign-in pages answer 200 or 204 too.
        await api.ask(request, (json) => readPage(json).data);
        return undefined;
    } catch (error) {
        if (error instanceof ConfluentError) return error;
        throw error;
    }
}
