import type { Cloud } from "../cloud";
import type { IdentityPool } from "../resources";
import type { ObjectReference } from "../schemas";

/** Whether a service account, user or identity pool with this id exists. */
export function principalExists(cloud: Cloud, id: string): boolean {
    return cloud.serviceAccounts.has(id) || cloud.users.has(id) || cloud.identityPools.has(id);
}

/** Whether a service account or user with this id exists: the principals that can own API keys. */
export function canOwnKeys(cloud: Cloud, id: string): boolean {
    return cloud.serviceAccounts.has(id) || cloud.users.has(id);
}

/** The reference to the owner of a key in a response. */
export function ownerReference(cloud: Cloud, id: string): ObjectReference {
    const isUser = id.startsWith("u-");
    return {
        api_version: "iam/v2",
        kind: isUser ? "User" : "ServiceAccount",
        id,
        related: `${cloud.url}/iam/v2/${isUser ? "users" : "service-accounts"}/${id}`,
        resource_name: cloud.crn([isUser ? "user" : "service-account", id]),
    };
}

/** Deletes an identity pool with its role bindings and STS tokens. */
export function deleteIdentityPool(cloud: Cloud, { id }: IdentityPool): void {
    cloud.roleBindings.deleteWhere((binding) => binding.principalId === id);
    cloud.tokens.deleteWhere((token) => token.kind === "sts" && token.identityPoolId === id);
    cloud.identityPools.delete(id);
}
