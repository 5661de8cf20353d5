import type { ConfluentApi } from "./confluentApi";

export interface RoleBinding {
    /** `rb-abc123` */
    readonly id: string;
    /** Id of a service account, user, group or identity pool: `sa-111aaa`. */
    readonly principalId: string;
    /** `OrganizationAdmin` */
    readonly roleName: string;
    /** Where it holds: `crn://confluent.cloud/organization=…/environment=env-abc123`. */
    readonly crnPattern: string;
}

/**
 * `GET /iam/v2/role-bindings?crn_pattern=…`, all pages: the bindings at this CRN and below it that the caller may see.
 * The pattern is required by the API, and matches as the beginning of a binding's own.
 */
export async function listRoleBindings(
    api: ConfluentApi,
    crnPattern: string,
): Promise<readonly RoleBinding[]> {
    const { rows } = await api.list(
        "/iam/v2/role-bindings",
        { crn_pattern: crnPattern },
        `listing the role bindings of ${crnPattern}`,
    );
    return rows.map((row) => {
        const { id, principal, role_name, crn_pattern } = row as Record<string, unknown>;
        return {
            id: String(id ?? ""),
            principalId: String(principal ?? "").replace(/^(User|Group):/, ""),
            roleName: String(role_name ?? ""),
            crnPattern: String(crn_pattern ?? ""),
        };
    });
}
