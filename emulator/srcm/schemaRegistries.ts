import { holds } from "../access/authorization";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { environmentClusterRoutes } from "../environmentClusters";
import { environmentReference } from "../org/environments";
import type { SchemaRegistry } from "../resources";
import type { Call, Route } from "../route";
import type { SchemaRegistryBody } from "../schemas";

const READERS = ["OrganizationAdmin", "EnvironmentAdmin", "DataSteward", "DataDiscovery", "ResourceKeyAdmin"];

/** /srcm/v3/clusters, to read: the Schema Registry that every seeded environment has. */
export function schemaRegistryRoutes(cloud: Cloud): Route[] {
    return environmentClusterRoutes(cloud, {
        apiVersion: "srcm/v3",
        clusters: cloud.schemaRegistries,
        mayRead: (call, cluster) => mayRead(cloud, call, cluster),
        toBody: (cluster) => registryBody(cloud, cluster),
    });
}

function mayRead(cloud: Cloud, call: Call, { environmentId }: SchemaRegistry): boolean {
    return holds(cloud, call.caller.principalId, READERS, cloud.crn(["environment", environmentId]));
}

function registryBody(cloud: Cloud, registry: SchemaRegistry): SchemaRegistryBody {
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
            // Nothing is behind these: they are of this machine, so that no client leaves it.
            http_endpoint: cloud.url,
            private_http_endpoint: cloud.url,
            catalog_http_endpoint: cloud.url,
            private_networking_config: { regional_endpoints: {} },
            environment: environmentReference(cloud, registry.environmentId),
        },
        status: { phase: "PROVISIONED" },
    };
}
