import { hasRole, requireRole } from "../access/authorization";
import { ApiError, alreadyExists, forbiddenAccess, invalidConfiguration } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { listPage } from "../pagination";
import { requireQuota } from "../quotas";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { ServiceAccount } from "../resources";
import {
    type ApiRequest,
    type ApiResponse,
    pathParameter,
    queryParameter,
    queryParameters,
    type Route,
} from "../route";
import { withStatus } from "../statuses";
import { bindRole } from "./roleBindings";

const managers = ["OrganizationAdmin", "AccountAdmin"];
const readers = [...managers, "ResourceKeyAdmin", "EnvironmentAdmin", "ResourceOwner", "Assigner"];
const displayNameRule = { maxLength: 64 };
const descriptionRule = { maxLength: 128, mayBeEmpty: true };

/**
 * /iam/v2/service-accounts. An unknown id gets 403, as the tests of the Terraform provider say of the real service. Its fixture has 404,
 * which the option `statuses.unknownAccount` sets.
 */
export function serviceAccountRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, "/iam/v2/service-accounts", { list, create, read, update, remove });
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    return { status: 200, body: serviceAccountBody(cloud, find(cloud, request, readers)) };
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    const names = queryParameters(request, "display_name");
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "iam/v2",
            kind: "ServiceAccountList",
            entries: cloud.serviceAccounts
                .after(0)
                .filter(
                    ({ item }) =>
                        (names.length === 0 || names.includes(item.displayName)) &&
                        mayReach(cloud, request, item.id, readers),
                ),
            toBody: (account) => serviceAccountBody(cloud, account),
        }),
    };
}

function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireRole(cloud, request.caller.principalId, managers, cloud.crn());
    const body = new RequestBody(request.body);
    const displayName = body.text("/display_name", displayNameRule);
    const description = body.optionalText("/description", descriptionRule) ?? "";
    requireFreeName(cloud, displayName);
    const resourceOwner = queryParameter(request, "assigned_resource_owner");
    if (
        resourceOwner !== undefined &&
        !cloud.users.has(resourceOwner) &&
        !cloud.serviceAccounts.has(resourceOwner)
    ) {
        throw invalidConfiguration(
            `The principal '${resourceOwner}' does not exist.`,
            "/assigned_resource_owner",
        );
    }
    requireQuota(
        cloud.quotas,
        "iam.max_service_accounts.per_org",
        cloud.serviceAccounts.count((account) => !account.seeded),
    );
    const now = cloud.now();
    const account = cloud.serviceAccounts.add({
        id: cloud.newId("sa", cloud.serviceAccounts),
        displayName,
        description,
        createdAt: now,
        updatedAt: now,
        seeded: false,
    });
    if (resourceOwner !== undefined) {
        bindRole(cloud, resourceOwner, "ResourceOwner", cloud.crn(["service-account", account.id]));
    }
    return {
        status: 201,
        body: serviceAccountBody(cloud, account),
        headers: { location: selfUrl(cloud, account.id) },
    };
}

function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    const account = find(cloud, request, [...managers, "ResourceOwner"]);
    const body = new RequestBody(request.body);
    const displayName = body.optionalText("/display_name", displayNameRule);
    const description = body.optionalText("/description", descriptionRule);
    if (displayName !== undefined && displayName !== account.displayName) {
        requireFreeName(cloud, displayName);
        account.displayName = displayName;
    }
    account.description = description ?? account.description;
    account.updatedAt = cloud.now();
    return { status: 200, body: serviceAccountBody(cloud, account) };
}

/** Deletes the account's API keys and role bindings, too. */
function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    const account = find(cloud, request, [...managers, "ResourceOwner"]);
    cloud.apiKeys.deleteWhere((key) => key.ownerId === account.id);
    const scope = cloud.crn(["service-account", account.id]);
    cloud.roleBindings.deleteWhere(
        (binding) => binding.principalId === account.id || binding.crnPattern === scope,
    );
    cloud.serviceAccounts.delete(account.id);
    return { status: 204 };
}

function find(cloud: Cloud, request: ApiRequest, roles: readonly string[]): ServiceAccount {
    const account = cloud.serviceAccounts.get(pathParameter(request, "id"));
    if (account === undefined || !mayReach(cloud, request, account.id, roles)) {
        throw cloud.statuses.unknownAccount === 404
            ? new ApiError(404, "service_account_not_found", "Not Found", "Service Account Not Found")
            : withStatus(forbiddenAccess(), cloud.statuses.unknownAccount);
    }
    return account;
}

/** An account may read itself; anything else needs a role. */
function mayReach(cloud: Cloud, request: ApiRequest, accountId: string, roles: readonly string[]): boolean {
    return (
        (roles === readers && request.caller.principalId === accountId) ||
        hasRole(cloud, request.caller.principalId, roles, cloud.crn(["service-account", accountId]))
    );
}

function requireFreeName(cloud: Cloud, displayName: string): void {
    const other = cloud.serviceAccounts.find((account) => account.displayName === displayName);
    if (other !== undefined) {
        throw alreadyExists(`Service name is already in use: '${displayName}'.`, selfUrl(cloud, other.id));
    }
}

function selfUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/iam/v2/service-accounts/${id}`;
}

function serviceAccountBody(cloud: Cloud, account: ServiceAccount) {
    return {
        api_version: "iam/v2",
        kind: "ServiceAccount",
        id: account.id,
        metadata: {
            self: selfUrl(cloud, account.id),
            resource_name: cloud.crn(["service-account", account.id]),
            created_at: timestamp(account.createdAt),
            updated_at: timestamp(account.updatedAt),
        },
        display_name: account.displayName,
        description: account.description,
    };
}
