import type { Cloud } from "../cloud";
import { clusterRoutes } from "../clusterRoutes";
import type { Route } from "../route";

/** GET /srcm/v3/clusters: the Schema Registry of each seeded environment. */
export function schemaRegistryRoutes(cloud: Cloud): Route[] {
    return clusterRoutes(cloud, {
        path: "/srcm/v3/clusters",
        clusters: cloud.schemaRegistries,
        readers: [
            "OrganizationAdmin",
            "EnvironmentAdmin",
            "DataSteward",
            "DataDiscovery",
            "ResourceKeyAdmin",
        ],
        readableAt: ({ environmentId }) => cloud.crn(["environment", environmentId]),
        crn: ({ environmentId, id }) => cloud.crn(["environment", environmentId], ["schema-registry", id]),
        spec: (registry) => ({
            display_name: "Stream Governance Package",
            package: registry.package,
            cloud: "AWS",
            region: "us-east-1",
            // There is no Schema Registry behind these. The host is this machine, so that no client connects to another.
            http_endpoint: cloud.url,
            private_http_endpoint: cloud.url,
            catalog_http_endpoint: cloud.url,
            private_networking_config: { regional_endpoints: {} },
        }),
    });
}
