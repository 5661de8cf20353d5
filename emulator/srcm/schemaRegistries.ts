import { hasRole } from "../access/authorization";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { clusterRoutes } from "../clusterRoutes";
import { environmentReference } from "../org/environments";
import type { SchemaRegistry } from "../resources";
import type { ApiRequest, Route } from "../route";

const readers = ["OrganizationAdmin", "EnvironmentAdmin", "DataSteward", "DataDiscovery", "ResourceKeyAdmin"];

/** GET /srcm/v3/clusters: the Schema Registry of each seeded environment. */
export function schemaRegistryRoutes(cloud: Cloud): Route[] {
    return clusterRoutes(cloud, {
        apiVersion: "srcm/v3",
        clusters: cloud.schemaRegistries,
        mayRead: (request, cluster) => mayRead(cloud, request, cluster),
        toBody: (cluster) => registryBody(cloud, cluster),
    });
}

function mayRead(cloud: Cloud, request: ApiRequest, { environmentId }: SchemaRegistry): boolean {
    return hasRole(cloud, request.caller.principalId, readers, cloud.crn(["environment", environmentId]));
}

function registryBody(cloud: Cloud, registry: SchemaRegistry) {
    return {
        api_version: "srcm/v3",
        kind: "Cluster",
        id: registry.id,
        metadata: {
            self: `${cloud.url}/srcm/v3/clusters/${registry.id}`,
            resource_name: cloud.crn(
                ["environment", registry.environmentId],
                ["schema-registry", registry.id],
            ),
            created_at: timestamp(registry.createdAt),
            updated_at: timestamp(registry.createdAt),
        },
        spec: {
            display_name: "Stream Governance Package",
            package: registry.package,
            cloud: "AWS",
            region: "us-east-1",
            // There is no Schema Registry behind these. The host is this machine, so that no client connects to another.
            http_endpoint: cloud.url,
            private_http_endpoint: cloud.url,
            catalog_http_endpoint: cloud.url,
            private_networking_config: { regional_endpoints: {} },
            environment: environmentReference(cloud, registry.environmentId),
        },
        status: { phase: "PROVISIONED" },
    };
}
