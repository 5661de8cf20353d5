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
    if (environmentId === undefined)
        throw badRequest("A Flink API key needs an environment.", { pointer: "/spec/resource/environment" });
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

/** The CRN of what a key is for; that of the organization if it is not for one place. */
export function scopeCrn(cloud: Cloud, scope: KeyScope): string {
    if (!("environmentId" in scope) || scope.environmentId === undefined) return cloud.crn();
    if (scope.kind === "flink") return cloud.flinkCrn(scope);
    const kind = scope.kind === "kafka" ? "cloud-cluster" : scope.kind;
    return cloud.crn(["environment", scope.environmentId], [kind, scope.id]);
}

const apiVersions = {
    cloud: "iam/v2",
    global: "global/v1",
    tableflow: "tableflow/v1",
    kafka: "cmk/v2",
    "schema-registry": "srcm/v3",
    flink: "fcpm/v2",
} as const;

/** The reference in `spec.resource` of an API key. */
export function resourceReference(cloud: Cloud, scope: KeyScope): ObjectReference {
    const api_version = apiVersions[scope.kind];
    const resource_name = scopeCrn(cloud, scope);
    switch (scope.kind) {
        case "kafka":
        case "schema-registry": {
            const { id, environmentId: environment = "" } = scope;
            const related = `${cloud.url}/${api_version}/clusters/${id}`;
            return { api_version, kind: "Cluster", id, environment, related, resource_name };
        }
        case "flink": {
            const { environmentId, regionId, form } = scope;
            return {
                api_version,
                kind: "Region",
                ...(form === "separate"
                    ? { id: regionId, environment: environmentId }
                    : { id: `${environmentId}.${regionId}` }),
                related: `${cloud.url}/fcpm/v2/regions?cloud=${regionId.split(".")[0]}`,
                resource_name,
            };
        }
        default: {
            const id = scope.kind;
            const kind = `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
            return { api_version, kind, id, related: id, resource_name: id };
        }
    }
}
