import { holds } from "../access/authorization";
import { badRequest, forbiddenAccess } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { environmentReference } from "../org/environments";
import { listPage } from "../page";
import type { SchemaRegistry } from "../resources";
import { type Call, pathParameter, queryParameter, type Route } from "../route";
import type { SchemaRegistryBody } from "../schemas";

const READERS = ["OrganizationAdmin", "EnvironmentAdmin", "DataSteward", "DataDiscovery", "ResourceKeyAdmin"];

/** /srcm/v3/clusters, to read: the Schema Registry that every seeded environment has. */
export function schemaRegistryRoutes(cloud: Cloud): Route[] {
    const path = "/srcm/v3/clusters";
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
                        apiVersion: "srcm/v3",
                        kind: "ClusterList",
                        entries: cloud.schemaRegistries
                            .after(0)
                            .filter(
                                ({ item }) =>
                                    item.environmentId === environmentId && mayRead(cloud, call, item),
                            ),
                        toBody: (registry) => registryBody(cloud, registry),
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
                const registry = cloud.schemaRegistries.get(pathParameter(call, "id"));
                if (registry?.environmentId !== environmentId || !mayRead(cloud, call, registry)) {
                    throw forbiddenAccess();
                }
                return { status: 200, body: registryBody(cloud, registry) };
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
