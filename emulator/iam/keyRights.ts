import { hasRole } from "../access/authorization";
import type { Cloud } from "../cloud";
import type { KeyScope } from "../resources";
import { scopeCrn } from "./keyScope";

/** The kinds of key that a role, where it is bound, may manage for service accounts. */
const kindsByRole: readonly (readonly [role: string, kinds: readonly KeyScope["kind"][]])[] = [
    ["EnvironmentAdmin", ["flink", "kafka", "schema-registry"]],
    ["FlinkAdmin", ["flink"]],
    ["CloudClusterAdmin", ["kafka"]],
    ["ResourceKeyAdmin", ["kafka", "schema-registry", "tableflow"]],
];

/**
 * Whether a principal may create such a key. By the edition of 2026, no user creates keys for another user, OrganizationAdmin
 * included.
 */
export function mayCreateKey(cloud: Cloud, callerId: string, ownerId: string, scope: KeyScope): boolean {
    const isOtherUser = ownerId.startsWith("u-") && callerId !== ownerId;
    return (
        !(isOtherUser && cloud.choices.keyRoles === "2026") && mayManageKey(cloud, callerId, ownerId, scope)
    );
}

/**
 * Whether a principal may read, change and delete such a key. OrganizationAdmin manages every key, ResourceOwner those of its service
 * account, a user their own, and the roles above some kinds. By the older edition, ResourceKeyAdmin manages every kind, and
 * the other roles none. ResourceKeyAdmin never manages keys of its own account.
 */
export function mayManageKey(cloud: Cloud, callerId: string, ownerId: string, scope: KeyScope): boolean {
    if (callerId === ownerId && callerId.startsWith("u-")) return true;
    const account = cloud.crn(["service-account", ownerId]);
    if (hasRole(cloud, callerId, ["OrganizationAdmin", "ResourceOwner"], account)) return true;
    const place = scopeCrn(cloud, scope);
    return kindsByRole.some(([role, kinds]) => {
        const isResourceKeyAdmin = role === "ResourceKeyAdmin";
        if (isResourceKeyAdmin && callerId === ownerId) return false;
        const applies = cloud.choices.keyRoles === "2026" ? kinds.includes(scope.kind) : isResourceKeyAdmin;
        return applies && hasRole(cloud, callerId, [role], place);
    });
}
