import { badRequest, forbiddenAccess } from "./apiError";
import type { Cloud } from "./cloud";
import type { Collection } from "./collection";
import { listPage } from "./pagination";
import { resourceRoutes } from "./resourceRoutes";
import { type ApiRequest, type ApiResponse, pathParameter, queryParameter, type Route } from "./route";

/** An API with which seeded clusters can be read. */
export interface ClusterApi<T extends { id: string; environmentId: string }> {
    /** `cmk/v2`: the path is `/cmk/v2/clusters`. */
    readonly apiVersion: string;
    readonly clusters: Collection<T>;
    mayRead(request: ApiRequest, cluster: T): boolean;
    toBody(cluster: T): unknown;
}

/** GET of the list and of one cluster. Both need the query parameter `environment`. */
export function clusterRoutes<T extends { id: string; environmentId: string }>(
    cloud: Cloud,
    { apiVersion, clusters, mayRead, toBody }: ClusterApi<T>,
): Route[] {
    const list = (_: Cloud, request: ApiRequest): ApiResponse => {
        const environmentId = requireEnvironment(request);
        const entries = clusters
            .after(0)
            .filter(({ item }) => item.environmentId === environmentId && mayRead(request, item));
        return {
            status: 200,
            body: listPage(cloud, request, { apiVersion, kind: "ClusterList", entries, toBody }),
        };
    };
    const read = (_: Cloud, request: ApiRequest): ApiResponse => {
        const environmentId = requireEnvironment(request);
        const cluster = clusters.get(pathParameter(request, "id"));
        // 403 for a cluster that does not exist, as in the fixtures of the Terraform provider.
        if (cluster?.environmentId !== environmentId || !mayRead(request, cluster)) throw forbiddenAccess();
        return { status: 200, body: toBody(cluster) };
    };
    return resourceRoutes(cloud, `/${apiVersion}/clusters`, { list, read });
}

function requireEnvironment(request: ApiRequest): string {
    const id = queryParameter(request, "environment");
    if (id === undefined) throw badRequest("environment is required.", { parameter: "environment" });
    return id;
}
