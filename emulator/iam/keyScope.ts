import { badRequest } from "../apiError";
import type { Cloud } from "../cloud";
import { findRegion } from "../fcpm/regions";
import type { RequestBody } from "../requestBody";
import type { KeyScope } from "../resources";
import type { ObjectReference } from "../schemas";

/** Reads `/spec/resource`. Without one, the key is a Cloud API key. */
export function readKeyScope(cloud: Cloud, body: RequestBody): KeyScope {
    const id = body.optionalText("/spec/resource/id")?.toLowerCase();
    if (id === undefined || id === "cloud") return { kind: "cloud" };
    if (id === "global") return { kind: "global" };
    const joined = /^((?:env-|t\d)[^.]*)\.([a-z]+\.[^.]+)$/.exec(id);
    const environmentId = joined?.[1] ?? body.optionalText("/spec/resource/environment");
    const regionId = joined?.[2] ?? id;
    if (findRegion(regionId) === undefined) {
        const clusterScope = readClusterScope(cloud, id);
        if (clusterScope !== undefined) return clusterScope;
        throw badRequest(
            `'${regionId}' is not a Flink region, a cluster, a Schema Registry, 'cloud', 'global' or 'tableflow'.`,
            {
                pointer: "/spec/resource/id",
            },
        );
    }
    if (environmentId === undefined) {
        throw badRequest("A Flink API key needs an environment.", { pointer: "/spec/resource/environment" });
    }
    if (!cloud.environments.has(environmentId)) {
        throw badRequest(`The environment '${environmentId}' does not exist.`, {
            pointer: joined === null ? "/spec/resource/environment" : "/spec/resource/id",
        });
    }
    return { kind: "flink", environmentId, regionId, form: joined === null ? "separate" : "joined" };
}

function readClusterScope(cloud: Cloud, id: string): KeyScope | undefined {
    if (id === "tableflow") return { kind: "tableflow", id, environmentId: undefined };
    const kafka = cloud.kafkaClusters.get(id);
    if (kafka !== undefined) return { kind: "kafka", id, environmentId: kafka.environmentId };
    const registry = cloud.schemaRegistries.get(id);
    return registry && { kind: "schema-registry", id, environmentId: registry.environmentId };
}

/** Every id by which a client may name the resource of a key, in lower case. */
export function resourceIds(scope: KeyScope): string[] {
    return scope.kind === "flink"
        ? [scope.regionId, `${scope.environmentId}.${scope.regionId}`]
        : ["id" in scope ? scope.id : scope.kind];
}

/** The reference in `spec.resource` of an API key. */
export function resourceReference(cloud: Cloud, scope: KeyScope): ObjectReference {
    switch (scope.kind) {
        case "cloud":
            return {
                api_version: "iam/v2",
                kind: "Cloud",
                id: "cloud",
                related: "cloud",
                resource_name: "cloud",
            };
        case "global":
            return {
                api_version: "global/v1",
                kind: "Global",
                id: "global",
                related: "global",
                resource_name: "global",
            };
        case "kafka":
            return {
                api_version: "cmk/v2",
                kind: "Cluster",
                id: scope.id,
                environment: scope.environmentId ?? "",
                related: `${cloud.url}/cmk/v2/clusters/${scope.id}`,
                resource_name: cloud.crn(
                    ["environment", scope.environmentId ?? ""],
                    ["cloud-cluster", scope.id],
                ),
            };
        case "schema-registry":
            return {
                api_version: "srcm/v3",
                kind: "Cluster",
                id: scope.id,
                environment: scope.environmentId ?? "",
                related: `${cloud.url}/srcm/v3/clusters/${scope.id}`,
                resource_name: cloud.crn(
                    ["environment", scope.environmentId ?? ""],
                    ["schema-registry", scope.id],
                ),
            };
        case "tableflow":
            return {
                api_version: "tableflow/v1",
                kind: "Tableflow",
                id: "tableflow",
                related: "tableflow",
                resource_name: "tableflow",
            };
        case "flink": {
            const { environmentId, regionId, form } = scope;
            return {
                api_version: "fcpm/v2",
                kind: "Region",
                ...(form === "separate"
                    ? { id: regionId, environment: environmentId }
                    : { id: `${environmentId}.${regionId}` }),
                related: `${cloud.url}/fcpm/v2/regions?cloud=${regionId.split(".")[0]}`,
                resource_name: cloud.crn(["environment", environmentId], ["flink-region", regionId]),
            };
        }
    }
}
