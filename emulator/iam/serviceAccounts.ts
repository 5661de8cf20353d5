import { hasRole, requireRole } from "../access/authorization";
import { ApiError, forbiddenAccess, invalidConfiguration, requireNoOther } from "../apiError";
import type { Cloud } from "../cloud";
import { resourceRoutes } from "../resourceRoutes";
import { type ApiRequest, queryParameter, queryParameters, type Route } from "../route";
import { requireQuota } from "../serviceQuota/quotaUsage";
import { withStatus } from "../statuses";
import { canOwnKeys } from "./principals";
import { bindRole } from "./roleBindings";

const path = "/iam/v2/service-accounts";
const managers = ["OrganizationAdmin", "AccountAdmin"];
const changers = [...managers, "ResourceOwner"];
const readers = [...changers, "ResourceKeyAdmin", "EnvironmentAdmin", "Assigner"];
const displayNameRule = { maxLength: 64 };
const descriptionRule = { maxLength: 128, mayBeEmpty: true };

/**
 * /iam/v2/service-accounts. An unknown id gets 403, as the tests of the Terraform provider say of the real service. Its fixture has 404,
 * which the option `statuses.unknownAccount` sets.
 */
export function serviceAccountRoutes(cloud: Cloud): Route[] {
    const crnOf = (id: string): string => cloud.crn(["service-account", id]);
    /** An account may read itself; anything else needs a role. */
    const mayReach = ({ method, caller }: ApiRequest, id: string): boolean =>
        method === "GET"
            ? caller.principalId === id || hasRole(cloud, caller.principalId, readers, crnOf(id))
            : hasRole(cloud, caller.principalId, changers, crnOf(id));
    const requireFreeName = (name: string): void =>
        requireNoOther(
            cloud.serviceAccounts.find(({ displayName }) => displayName === name),
            `Service name is already in use: '${name}'.`,
            `${cloud.url}${path}`,
        );
    return resourceRoutes(cloud, {
        path,
        kind: "ServiceAccount",
        authorize(request) {
            if (request.method === "POST") requireRole(cloud, request.caller, managers);
        },
        list(request) {
            const names = queryParameters(request, "display_name");
            return cloud.serviceAccounts.entries(
                ({ id, displayName }) =>
                    (names.length === 0 || names.includes(displayName)) && mayReach(request, id),
            );
        },
        find(request, id) {
            const account = cloud.serviceAccounts.get(id);
            if (account !== undefined && mayReach(request, id)) return account;
            throw cloud.statuses.unknownAccount === 404
                ? new ApiError(404, "service_account_not_found", "Not Found", "Service Account Not Found")
                : withStatus(forbiddenAccess(), cloud.statuses.unknownAccount);
        },
        create(body, request) {
            const displayName = body.text("/display_name", displayNameRule);
            const description = body.optionalText("/description", descriptionRule) ?? "";
            requireFreeName(displayName);
            const owner = queryParameter(request, "assigned_resource_owner");
            if (owner !== undefined && !canOwnKeys(cloud, owner)) {
                const detail = `The principal '${owner}' does not exist.`;
                throw invalidConfiguration(detail, "/assigned_resource_owner");
            }
            requireQuota(cloud, "iam.max_service_accounts.per_org");
            const id = cloud.newId("sa", cloud.serviceAccounts);
            const account = cloud.serviceAccounts.add({ id, displayName, description, ...cloud.madeNow() });
            if (owner !== undefined) bindRole(cloud, owner, "ResourceOwner", crnOf(id));
            return account;
        },
        update(account, body) {
            const displayName = body.optionalText("/display_name", displayNameRule) ?? account.displayName;
            const description = body.optionalText("/description", descriptionRule) ?? account.description;
            if (displayName !== account.displayName) requireFreeName(displayName);
            Object.assign(account, { displayName, description, updatedAt: cloud.now() });
        },
        /** Deletes the account's API keys and role bindings, too. */
        remove({ id }) {
            cloud.apiKeys.deleteWhere((key) => key.ownerId === id);
            cloud.roleBindings.deleteWhere(
                (binding) => binding.principalId === id || binding.crnPattern === crnOf(id),
            );
            cloud.serviceAccounts.delete(id);
        },
        crn: ({ id }) => crnOf(id),
        fields: ({ displayName, description }) => ({ display_name: displayName, description }),
    });
}
