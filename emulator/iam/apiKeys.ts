import { badRequest, forbiddenAccess, invalidConfiguration, unauthorized, unusualError } from "../apiError";
import type { Cloud } from "../cloud";
import { resourceRoutes } from "../resourceRoutes";
import type { ApiKey, KeyScope } from "../resources";
import { type ApiRequest, queryParameter, type Route } from "../route";
import { requireQuota } from "../serviceQuota/quotaUsage";
import { withStatus } from "../statuses";
import { mayCreateKey, mayManageKey } from "./keyRights";
import { readKeyScope, resourceIds, resourceReference } from "./keyScope";
import { canOwnKeys, ownerReference } from "./principals";

/**
 * /iam/v2/api-keys. Only the response to the POST has the secret. GET, PATCH and DELETE return 403 for a key that is unknown,
 * deleted, or not visible to the caller. Keys need not be unique: the same POST twice creates two keys.
 */
export function apiKeyRoutes(cloud: Cloud): Route[] {
    const mayManage = ({ caller }: ApiRequest, { ownerId, scope }: ApiKey): boolean =>
        mayManageKey(cloud, caller.principalId, ownerId, scope);
    return resourceRoutes<ApiKey>(cloud, {
        path: "/iam/v2/api-keys",
        kind: "ApiKey",
        /** 202: endpoints accept the key only once it has propagated. */
        created: cloud.statuses.keyCreated,
        list(request) {
            const ownerId = queryParameter(request, "spec.owner");
            const resource = queryParameter(request, "spec.resource")?.toLowerCase();
            return cloud.apiKeys
                .listed()
                .filter(
                    ({ item }) =>
                        (ownerId === undefined || item.ownerId === ownerId) &&
                        (resource === undefined || resourceIds(item.scope).includes(resource)) &&
                        mayManage(request, item),
                );
        },
        find(request, id) {
            if (cloud.deletedGlobalKeyIds.has(id)) throw deletedGlobalKey(cloud, id);
            const key = cloud.apiKeys.get(id);
            if (key !== undefined && mayManage(request, key)) return key;
            throw withStatus(forbiddenAccess(), cloud.statuses.unknownKey);
        },
        create(body, { caller }) {
            const ownerId = body.text("/spec/owner/id");
            const displayName = body.optionalText("/spec/display_name") ?? "";
            const description = body.optionalText("/spec/description") ?? "";
            const scope = readKeyScope(cloud, body);
            if (!canOwnKeys(cloud, ownerId)) {
                // It is not known which status the service returns. 400 is documented for this operation, 404 is not.
                const error = badRequest(`The owner '${ownerId}' does not exist.`, {
                    pointer: "/spec/owner",
                });
                throw withStatus(error, cloud.statuses.unknownOwner);
            }
            if (!mayCreateKey(cloud, caller.principalId, ownerId, scope)) {
                const who = `The principal 'User:${caller.principalId}'`;
                throw unauthorized(`${who} may not create API keys for '${ownerId}'.`);
            }
            requireKeyQuota(cloud, ownerId, scope);
            const key = cloud.apiKeys.add({
                id: cloud.newApiKeyId(),
                secret: cloud.newSecret(),
                displayName,
                description,
                ownerId,
                scope,
                usableAt: cloud.keyUsableAt(),
                ...cloud.madeNow(),
            });
            cloud.redactor.learn(key.secret, key.id);
            return key;
        },
        update(key, body) {
            const environmentId = body.optionalText("/spec/resource/environment");
            const resourceId = body.optionalText("/spec/resource/id")?.toLowerCase();
            const ownerId = body.optionalText("/spec/owner/id");
            const requireSame = (isSame: boolean, what: string, pointer: string): void => {
                if (isSame) return;
                throw invalidConfiguration(
                    `The ${what} of an API key cannot be changed.`,
                    `/spec/${pointer}`,
                );
            };
            requireSame((ownerId ?? key.ownerId) === key.ownerId, "owner", "owner");
            const isResource = resourceId === undefined || resourceIds(key.scope).includes(resourceId);
            requireSame(isResource, "resource", "resource");
            const own = key.scope.kind === "flink" ? key.scope.environmentId : environmentId;
            requireSame((environmentId ?? own) === own, "resource", "resource/environment");
            requireSame(body.optionalText("/spec/secret") === undefined, "secret", "secret");
            cloud.apiKeys.change(key, {
                displayName: body.optionalText("/spec/display_name", { mayBeEmpty: true }) ?? key.displayName,
                description: body.optionalText("/spec/description", { mayBeEmpty: true }) ?? key.description,
                updatedAt: cloud.now(),
            });
        },
        remove({ id, scope }) {
            cloud.apiKeys.delete(id);
            if (scope.kind === "global") cloud.deletedGlobalKeyIds.add(id);
        },
        crn: ({ id, ownerId }) => cloud.crn(["service-account", ownerId], ["api-key", id]),
        fields: ({ secret, displayName, description, ownerId, scope }, isNew) => ({
            spec: {
                secret: isNew ? secret : "",
                display_name: displayName,
                description,
                owner: ownerReference(cloud, ownerId),
                resource: resourceReference(cloud, scope),
            },
        }),
    });
}

/** As in the fixture of the Terraform provider: the status is that of an unknown key, the body says 404. */
function deletedGlobalKey(cloud: Cloud, id: string) {
    const detail = `The API Key (id=${id}) does not exist`;
    const error = { status: "404", code: "api_key_not_found", title: "Not Found", detail };
    return unusualError(cloud.statuses.unknownKey, { errors: [{ id: cloud.random.uuid(), ...error }] });
}

function requireKeyQuota(cloud: Cloud, ownerId: string, scope: KeyScope): void {
    const kind = scope.kind === "cloud" ? "cloud" : "cluster";
    const account = ownerId.startsWith("u-") ? "user" : "service_account";
    requireQuota(cloud, `iam.max_${kind}_api_keys.per_${account}`, ownerId);
    if (kind === "cloud") requireQuota(cloud, "iam.max_cloud_api_keys.per_org");
}
