import { holds } from "../access/authorization";
import { badRequest, forbiddenAccess, invalidConfiguration, unauthorized } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { findRegion } from "../fcpm/regions";
import { listPage } from "../page";
import { requireQuota } from "../quotas";
import { RequestBody } from "../requestBody";
import type { ApiKey, KeyScope } from "../resources";
import { type Answer, type Call, pathParameter, queryParameter, type Route } from "../route";
import type { ApiKeyBody, ObjectReference } from "../schemas";
import { withStatus } from "../statuses";
import { canOwnKeys, ownerReference } from "./principals";

/**
 * /iam/v2/api-keys. The secret is in the answer to the create request and nowhere else. A key that is unknown,
 * deleted or out of the caller's reach gets 403 on GET, PATCH and DELETE. Nothing about a key is unique: two
 * equal creates make two keys.
 */
export function apiKeyRoutes(cloud: Cloud): Route[] {
    const path = "/iam/v2/api-keys";
    return [
        { method: "GET", path, authentication: "control", answer: (call) => list(cloud, call) },
        { method: "POST", path, authentication: "control", answer: (call) => create(cloud, call) },
        {
            method: "GET",
            path: `${path}/:id`,
            authentication: "control",
            answer: (call) => ({ status: 200, body: apiKeyBody(cloud, find(cloud, call), "") }),
        },
        {
            method: "PATCH",
            path: `${path}/:id`,
            authentication: "control",
            answer: (call) => update(cloud, call),
        },
        {
            method: "DELETE",
            path: `${path}/:id`,
            authentication: "control",
            answer: (call) => {
                cloud.apiKeys.delete(find(cloud, call).id);
                return { status: 204 };
            },
        },
    ];
}

function list(cloud: Cloud, call: Call): Answer {
    const ownerId = queryParameter(call, "spec.owner");
    const resource = queryParameter(call, "spec.resource")?.toLowerCase();
    return {
        status: 200,
        body: listPage(cloud, call, {
            apiVersion: "iam/v2",
            kind: "ApiKeyList",
            entries: cloud.apiKeys
                .listed()
                .filter(
                    ({ item }) =>
                        (ownerId === undefined || item.ownerId === ownerId) &&
                        (resource === undefined || resourceIds(item.scope).includes(resource)) &&
                        mayManage(cloud, call, item.ownerId),
                ),
            toBody: (key) => apiKeyBody(cloud, key, ""),
        }),
    };
}

/** 202: accepted, and usable only once it has propagated. */
function create(cloud: Cloud, call: Call): Answer {
    const body = new RequestBody(call.body);
    const ownerId = body.text("/spec/owner/id");
    const displayName = body.optionalText("/spec/display_name") ?? "";
    const description = body.optionalText("/spec/description") ?? "";
    const scope = readScope(cloud, body);
    if (!canOwnKeys(cloud, ownerId)) {
        // Which status the service gives is not known. 400 is documented for this operation; 404 is not.
        const refusal = badRequest(`The owner '${ownerId}' does not exist.`, { pointer: "/spec/owner" });
        throw withStatus(refusal, cloud.statuses.unknownOwner);
    }
    if (!mayManage(cloud, call, ownerId)) {
        throw unauthorized(
            `The principal 'User:${call.caller.principalId}' may not create API keys for '${ownerId}'.`,
        );
    }
    requireKeyQuota(cloud, ownerId, scope);
    const now = cloud.now();
    const key = cloud.apiKeys.add({
        id: cloud.newId("", cloud.apiKeys),
        secret: cloud.newSecret(),
        displayName,
        description,
        ownerId,
        scope,
        createdAt: now,
        updatedAt: now,
        usableAt: cloud.keyUsableAt(),
        seeded: false,
    });
    cloud.redactor.learn(key.secret, key.id);
    return {
        status: cloud.statuses.keyCreated,
        body: apiKeyBody(cloud, key, key.secret),
        headers: { location: selfUrl(cloud, key.id) },
    };
}

function update(cloud: Cloud, call: Call): Answer {
    const key = find(cloud, call);
    const body = new RequestBody(call.body);
    const ownerId = body.optionalText("/spec/owner/id");
    if (ownerId !== undefined && ownerId !== key.ownerId) {
        throw invalidConfiguration("The owner of an API key cannot be changed.", "/spec/owner");
    }
    const resourceId = body.optionalText("/spec/resource/id")?.toLowerCase();
    if (resourceId !== undefined && !resourceIds(key.scope).includes(resourceId)) {
        throw invalidConfiguration("The resource of an API key cannot be changed.", "/spec/resource");
    }
    const environmentId = body.optionalText("/spec/resource/environment");
    if (
        environmentId !== undefined &&
        key.scope.kind === "flink" &&
        environmentId !== key.scope.environmentId
    ) {
        throw invalidConfiguration(
            "The resource of an API key cannot be changed.",
            "/spec/resource/environment",
        );
    }
    if (body.optionalText("/spec/secret") !== undefined) {
        throw invalidConfiguration("The secret of an API key cannot be changed.", "/spec/secret");
    }
    cloud.apiKeys.change(key, {
        displayName: body.optionalText("/spec/display_name", { mayBeEmpty: true }) ?? key.displayName,
        description: body.optionalText("/spec/description", { mayBeEmpty: true }) ?? key.description,
        updatedAt: cloud.now(),
    });
    return { status: 200, body: apiKeyBody(cloud, key, "") };
}

function find(cloud: Cloud, call: Call): ApiKey {
    const key = cloud.apiKeys.get(pathParameter(call, "id"));
    if (key === undefined || !mayManage(cloud, call, key.ownerId)) {
        throw withStatus(forbiddenAccess(), cloud.statuses.unknownKey);
    }
    return key;
}

/**
 * OrganizationAdmin: every key. ResourceKeyAdmin: every key but its own. ResourceOwner: the keys of that
 * service account. A user: their own keys.
 */
function mayManage(cloud: Cloud, call: Call, ownerId: string): boolean {
    const callerId = call.caller.principalId;
    return (
        holds(
            cloud,
            callerId,
            ["OrganizationAdmin", "ResourceOwner"],
            cloud.crn(["service-account", ownerId]),
        ) ||
        (callerId !== ownerId && holds(cloud, callerId, ["ResourceKeyAdmin"], cloud.crn())) ||
        (callerId === ownerId && callerId.startsWith("u-"))
    );
}

function readScope(cloud: Cloud, body: RequestBody): KeyScope {
    const id = body.optionalText("/spec/resource/id")?.toLowerCase();
    if (id === undefined || id === "cloud") {
        return { kind: "cloud" };
    }
    if (id === "global") {
        return { kind: "global" };
    }
    const joined = /^((?:env-|t\d)[^.]*)\.([a-z]+\.[^.]+)$/.exec(id);
    const environmentId = joined?.[1] ?? body.optionalText("/spec/resource/environment");
    const regionId = joined?.[2] ?? id;
    if (findRegion(regionId) === undefined) {
        const other = readClusterScope(cloud, id);
        if (other !== undefined) {
            return other;
        }
        throw badRequest(
            `'${regionId}' is no resource the emulator has keys for: not a Flink region, cluster, cloud, global or tableflow.`,
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
    return { kind: "flink", environmentId, regionId, form: joined === null ? "apart" : "joined" };
}

function readClusterScope(cloud: Cloud, id: string): KeyScope | undefined {
    if (id === "tableflow") {
        return { kind: "tableflow", id, environmentId: undefined };
    }
    const kafka = cloud.kafkaClusters.get(id);
    if (kafka !== undefined) {
        return { kind: "kafka", id, environmentId: kafka.environmentId };
    }
    const registry = cloud.schemaRegistries.get(id);
    return registry && { kind: "schema-registry", id, environmentId: registry.environmentId };
}

/** Every way a client may name the resource of a key, in lower case. */
function resourceIds(scope: KeyScope): string[] {
    return scope.kind === "flink"
        ? [scope.regionId, `${scope.environmentId}.${scope.regionId}`]
        : ["id" in scope ? scope.id : scope.kind];
}

function requireKeyQuota(cloud: Cloud, ownerId: string, scope: KeyScope): void {
    const isCloud = scope.kind === "cloud";
    const ofSameSort = cloud.apiKeys
        .values()
        .filter((key) => !key.seeded && (key.scope.kind === "cloud") === isCloud);
    const sort = isCloud ? "cloud" : "cluster";
    const account = ownerId.startsWith("u-") ? "user" : "service_account";
    const ofOwner = ofSameSort.filter((key) => key.ownerId === ownerId);
    requireQuota(cloud.quotas, `iam.max_${sort}_api_keys.per_${account}`, ofOwner.length);
    if (isCloud) {
        requireQuota(cloud.quotas, "iam.max_cloud_api_keys.per_org", ofSameSort.length);
    }
}

function selfUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/iam/v2/api-keys/${id}`;
}

function apiKeyBody(cloud: Cloud, key: ApiKey, secret: string): ApiKeyBody {
    return {
        api_version: "iam/v2",
        kind: "ApiKey",
        id: key.id,
        metadata: {
            self: selfUrl(cloud, key.id),
            resource_name: cloud.crn(["service-account", key.ownerId], ["api-key", key.id]),
            created_at: timestamp(key.createdAt),
            updated_at: timestamp(key.updatedAt),
        },
        spec: {
            secret,
            display_name: key.displayName,
            description: key.description,
            owner: ownerReference(cloud, key.ownerId),
            resource: resourceReference(cloud, key.scope),
        },
    };
}

function resourceReference(cloud: Cloud, scope: KeyScope): ObjectReference {
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
                ...(form === "apart"
                    ? { id: regionId, environment: environmentId }
                    : { id: `${environmentId}.${regionId}` }),
                related: `${cloud.url}/fcpm/v2/regions?cloud=${regionId.split(".")[0]}`,
                resource_name: cloud.crn(["environment", environmentId], ["flink-region", regionId]),
            };
        }
    }
}
