import { badRequest, forbiddenAccess } from "./apiError";
import type { Cloud } from "./cloud";
import type { Collection } from "./collection";
import { listPage } from "./page";
import { type Call, pathParameter, queryParameter, type Route } from "./route";

/** Clusters that are there from the beginning, one or more in an environment, and can only be read. */
export interface EnvironmentClusters<T extends { id: string; environmentId: string }> {
    /** `cmk/v2`: the path is `/cmk/v2/clusters`. */
    readonly apiVersion: string;
    readonly clusters: Collection<T>;
    mayRead(call: Call, cluster: T): boolean;
    toBody(cluster: T): unknown;
}

/** The list, which needs an environment, and the cluster by its id. */
export function environmentClusterRoutes<T extends { id: string; environmentId: string }>(
    cloud: Cloud,
    { apiVersion, clusters, mayRead, toBody }: EnvironmentClusters<T>,
): Route[] {
    const path = `/${apiVersion}/clusters`;
    return [
        {
            method: "GET",
            path,
            authentication: "control",
            answer: (call) => {
                const environmentId = requireEnvironment(call);
                return {
                    status: 200,
                    body: listPage(cloud, call, {
                        apiVersion,
                        kind: "ClusterList",
                        entries: clusters
                            .after(0)
                            .filter(
                                ({ item }) => item.environmentId === environmentId && mayRead(call, item),
                            ),
                        toBody,
                    }),
                };
            },
        },
        {
            method: "GET",
            path: `${path}/:id`,
            authentication: "control",
            answer: (call) => {
                const environmentId = requireEnvironment(call);
                const cluster = clusters.get(pathParameter(call, "id"));
                // A cluster that is not there gets 403, as in the fixtures of the Terraform provider.
                if (cluster?.environmentId !== environmentId || !mayRead(call, cluster)) {
                    throw forbiddenAccess();
                }
                return { status: 200, body: toBody(cluster) };
            },
        },
    ];
}

function requireEnvironment(call: Call): string {
    const id = queryParameter(call, "environment");
    if (id === undefined) {
        throw badRequest("environment is required.", { parameter: "environment" });
    }
    return id;
}
