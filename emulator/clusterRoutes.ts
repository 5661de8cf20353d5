import { hasRole } from "./access/authorization";
import { forbiddenAccess } from "./apiError";
import type { Cloud } from "./cloud";
import type { Collection } from "./collection";
import { environmentReference } from "./org/environments";
import { resourceRoutes } from "./resourceRoutes";
import { type ApiRequest, type Route, requiredParameter } from "./route";

interface Cluster {
    id: string;
    environmentId: string;
    createdAt: number;
}

/** An API with which seeded clusters can be read. */
interface ClusterApi<T extends Cluster> {
    /** `/cmk/v2/clusters` */
    readonly path: string;
    readonly clusters: Collection<T>;
    /** Who may read a cluster: those with one of these roles on this resource. */
    readonly readers: readonly string[];
    readableAt(cluster: T): string;
    crn(cluster: T): string;
    /** The fields of `spec` beside the environment. */
    spec(cluster: T): object;
}

/** GET of the list and of one cluster. Both need the query parameter `environment`. */
export function clusterRoutes<T extends Cluster>(
    cloud: Cloud,
    { path, clusters, readers, readableAt, crn, spec }: ClusterApi<T>,
): Route[] {
    const mayRead = (request: ApiRequest, cluster: T): boolean =>
        cluster.environmentId === requiredParameter(request, "environment") &&
        hasRole(cloud, request.caller.principalId, readers, readableAt(cluster));
    return resourceRoutes<T>(cloud, {
        path,
        kind: "Cluster",
        authorize: (request) => void requiredParameter(request, "environment"),
        list: (request) => clusters.entries((cluster) => mayRead(request, cluster)),
        find(request, id) {
            const cluster = clusters.get(id);
            if (cluster !== undefined && mayRead(request, cluster)) return cluster;
            // 403 for a cluster that does not exist, as in the fixtures of the Terraform provider.
            throw forbiddenAccess();
        },
        crn,
        fields: (cluster) => ({
            spec: { ...spec(cluster), environment: environmentReference(cloud, cluster.environmentId) },
            status: { phase: "PROVISIONED" },
        }),
    });
}
