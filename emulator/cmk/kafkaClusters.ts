import { hasRole } from "../access/authorization";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { clusterRoutes } from "../clusterRoutes";
import { environmentReference } from "../org/environments";
import type { KafkaCluster } from "../resources";
import type { ApiRequest, Route } from "../route";

const readers = [
    "OrganizationAdmin",
    "EnvironmentAdmin",
    "CloudClusterAdmin",
    "Operator",
    "MetricsViewer",
    "ResourceKeyAdmin",
];

/** GET /cmk/v2/clusters: the cluster of each seeded environment. Programs build the CRNs of topics from it. */
export function kafkaClusterRoutes(cloud: Cloud): Route[] {
    return clusterRoutes(cloud, {
        apiVersion: "cmk/v2",
        clusters: cloud.kafkaClusters,
        mayRead: (request, cluster) => mayRead(cloud, request, cluster),
        toBody: (cluster) => clusterBody(cloud, cluster),
    });
}

function mayRead(cloud: Cloud, request: ApiRequest, cluster: KafkaCluster): boolean {
    return hasRole(cloud, request.caller.principalId, readers, clusterCrn(cloud, cluster));
}

function clusterCrn(cloud: Cloud, { environmentId, id }: KafkaCluster): string {
    return cloud.crn(["environment", environmentId], ["cloud-cluster", id]);
}

function clusterBody(cloud: Cloud, cluster: KafkaCluster) {
    const { hostname } = new URL(cloud.url);
    return {
        api_version: "cmk/v2",
        kind: "Cluster",
        id: cluster.id,
        metadata: {
            self: `${cloud.url}/cmk/v2/clusters/${cluster.id}`,
            resource_name: `${clusterCrn(cloud, cluster)}/kafka=${cluster.id}`,
            created_at: timestamp(cluster.createdAt),
            updated_at: timestamp(cluster.createdAt),
        },
        spec: {
            display_name: cluster.displayName,
            availability: "SINGLE_ZONE",
            cloud: "AWS",
            region: "us-east-1",
            config: { kind: "Standard" },
            // Nothing listens there. The host is this machine, so that no client connects to another.
            kafka_bootstrap_endpoint: `SASL_SSL://${hostname}:9092`,
            http_endpoint: cloud.url,
            environment: environmentReference(cloud, cluster.environmentId),
        },
        status: { phase: "PROVISIONED" },
    };
}
