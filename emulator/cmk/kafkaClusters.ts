import type { Cloud } from "../cloud";
import { clusterRoutes } from "../clusterRoutes";
import type { KafkaCluster } from "../resources";
import type { Route } from "../route";

/** GET /cmk/v2/clusters: the cluster of each seeded environment. Programs build the CRNs of topics from it. */
export function kafkaClusterRoutes(cloud: Cloud): Route[] {
    const crnOf = ({ environmentId, id }: KafkaCluster): string =>
        cloud.crn(["environment", environmentId], ["cloud-cluster", id]);
    return clusterRoutes(cloud, {
        path: "/cmk/v2/clusters",
        clusters: cloud.kafkaClusters,
        readers: [
            "OrganizationAdmin",
            "EnvironmentAdmin",
            "CloudClusterAdmin",
            "Operator",
            "MetricsViewer",
            "ResourceKeyAdmin",
        ],
        readableAt: crnOf,
        crn: (cluster) => `${crnOf(cluster)}/kafka=${cluster.id}`,
        spec: ({ displayName }) => ({
            display_name: displayName,
            availability: "SINGLE_ZONE",
            cloud: "AWS",
            region: "us-east-1",
            config: { kind: "Standard" },
            // Nothing listens there. The host is this machine, so that no client connects to another.
            kafka_bootstrap_endpoint: `SASL_SSL://${new URL(cloud.url).hostname}:9092`,
            http_endpoint: cloud.url,
        }),
    });
}
