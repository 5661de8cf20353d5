import type { Cloud } from "../cloud";
import type { ObjectReference } from "../schemas";

/** Whether a service account, user or identity pool with this id exists. */
export function principalExists(cloud: Cloud, id: string): boolean {
    return cloud.serviceAccounts.has(id) || cloud.users.has(id) || cloud.identityPools.has(id);
}

/** Whether something that can own an API key exists with this id. */
export function canOwnKeys(cloud: Cloud, id: string): boolean {
    return cloud.serviceAccounts.has(id) || cloud.users.has(id);
}

/** A reference to the owner of a key, the way replies carry it. */
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
