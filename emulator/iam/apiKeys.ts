import { ApiError, badRequest, forbiddenAccess, invalidConfiguration, unauthorized } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { listPage } from "../pagination";
import { requireQuota } from "../quotas";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { ApiKey, KeyScope } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, queryParameter, type Route } from "../route";
import { withStatus } from "../statuses";
import { mayCreateKey, mayManageKey } from "./keyRights";
import { readKeyScope, resourceIds, resourceReference } from "./keyScope";
import { canOwnKeys, ownerReference } from "./principals";

/**
 * /iam/v2/api-keys. Only the response to the POST has the secret. GET, PATCH and DELETE return 403 for a key that is unknown,
 * deleted, or not visible to the caller. Keys need not be unique: the same POST twice creates two keys.
 */
export function apiKeyRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, "/iam/v2/api-keys", { list, create, read, update, remove });
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    return { status: 200, body: apiKeyBody(cloud, find(cloud, request), "") };
}

function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    const { id, scope } = find(cloud, request);
    cloud.apiKeys.delete(id);
    if (scope.kind === "global") cloud.deletedGlobalKeyIds.add(id);
    return { status: 204 };
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    const ownerId = queryParameter(request, "spec.owner");
    const resource = queryParameter(request, "spec.resource")?.toLowerCase();
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "iam/v2",
            kind: "ApiKeyList",
            entries: cloud.apiKeys
                .listed()
                .filter(
                    ({ item }) =>
                        (ownerId === undefined || item.ownerId === ownerId) &&
                        (resource === undefined || resourceIds(item.scope).includes(resource)) &&
                        mayManageKey(cloud, request.caller.principalId, item.ownerId, item.scope),
                ),
            toBody: (key) => apiKeyBody(cloud, key, ""),
        }),
    };
}

/** 202: the key is accepted by endpoints only once it has propagated. */
function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    const body = new RequestBody(request.body);
    const ownerId = body.text("/spec/owner/id");
    const displayName = body.optionalText("/spec/display_name") ?? "";
    const description = body.optionalText("/spec/description") ?? "";
    const scope = readKeyScope(cloud, body);
    if (!canOwnKeys(cloud, ownerId)) {
        // It is not known which status the service returns. 400 is documented for this operation, 404 is not.
        const error = badRequest(`The owner '${ownerId}' does not exist.`, { pointer: "/spec/owner" });
        throw withStatus(error, cloud.statuses.unknownOwner);
    }
    if (!mayCreateKey(cloud, request.caller.principalId, ownerId, scope)) {
        throw unauthorized(
            `The principal 'User:${request.caller.principalId}' may not create API keys for '${ownerId}'.`,
        );
    }
    requireKeyQuota(cloud, ownerId, scope);
    const now = cloud.now();
    const key = cloud.apiKeys.add({
        id: cloud.newApiKeyId(),
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

function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    const key = find(cloud, request);
    const body = new RequestBody(request.body);
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

function find(cloud: Cloud, request: ApiRequest): ApiKey {
    const id = pathParameter(request, "id");
    if (cloud.deletedGlobalKeyIds.has(id)) throw deletedGlobalKey(cloud, id);
    const key = cloud.apiKeys.get(id);
    if (key === undefined || !mayManageKey(cloud, request.caller.principalId, key.ownerId, key.scope)) {
        throw withStatus(forbiddenAccess(), cloud.statuses.unknownKey);
    }
    return key;
}

/** As in the fixture of the Terraform provider: the status is that of an unknown key, the body says 404. */
function deletedGlobalKey(cloud: Cloud, id: string): ApiError {
    const detail = `The API Key (id=${id}) does not exist`;
    const error = {
        id: cloud.random.uuid(),
        status: "404",
        code: "api_key_not_found",
        title: "Not Found",
        detail,
    };
    return new ApiError(
        cloud.statuses.unknownKey,
        error.code,
        error.title,
        detail,
        undefined,
        {},
        { errors: [error] },
    );
}

function requireKeyQuota(cloud: Cloud, ownerId: string, scope: KeyScope): void {
    const isCloud = scope.kind === "cloud";
    const sameKind = cloud.apiKeys
        .values()
        .filter((key) => !key.seeded && (key.scope.kind === "cloud") === isCloud);
    const kind = isCloud ? "cloud" : "cluster";
    const account = ownerId.startsWith("u-") ? "user" : "service_account";
    const keysOfOwner = sameKind.filter((key) => key.ownerId === ownerId);
    requireQuota(cloud.quotas, `iam.max_${kind}_api_keys.per_${account}`, keysOfOwner.length);
    if (isCloud) requireQuota(cloud.quotas, "iam.max_cloud_api_keys.per_org", sameKind.length);
}

function selfUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/iam/v2/api-keys/${id}`;
}

function apiKeyBody(cloud: Cloud, key: ApiKey, secret: string) {
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
