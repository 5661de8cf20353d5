import { holds } from "../access/authorization";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { environmentClusterRoutes } from "../environmentClusters";
import { environmentReference } from "../org/environments";
import type { KafkaCluster } from "../resources";
import type { Call, Route } from "../route";
import type { KafkaClusterBody } from "../schemas";

const READERS = [
    "OrganizationAdmin",
    "EnvironmentAdmin",
    "CloudClusterAdmin",
    "Operator",
    "MetricsViewer",
    "ResourceKeyAdmin",
];

/** /cmk/v2/clusters, to read: the cluster that every seeded environment has. Programs take the CRN of topics from it. */
export function kafkaClusterRoutes(cloud: Cloud): Route[] {
    return environmentClusterRoutes(cloud, {
        apiVersion: "cmk/v2",
        clusters: cloud.kafkaClusters,
        mayRead: (call, cluster) => mayRead(cloud, call, cluster),
        toBody: (cluster) => clusterBody(cloud, cluster),
    });
}

function mayRead(cloud: Cloud, call: Call, cluster: KafkaCluster): boolean {
    return holds(cloud, call.caller.principalId, READERS, clusterCrn(cloud, cluster));
}

function clusterCrn(cloud: Cloud, { environmentId, id }: KafkaCluster): string {
    return cloud.crn(["environment", environmentId], ["cloud-cluster", id]);
}

function clusterBody(cloud: Cloud, cluster: KafkaCluster): KafkaClusterBody {
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
            // Nothing is behind these: they are of this machine, so that no client leaves it.
            kafka_bootstrap_endpoint: `SASL_SSL://${hostname}:9092`,
            http_endpoint: cloud.url,
            environment: environmentReference(cloud, cluster.environmentId),
        },
        status: { phase: "PROVISIONED" },
    };
}
