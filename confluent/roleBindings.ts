import type { ConfluentApi } from "./confluentApi";

export interface RoleBinding {
    readonly id: string;
    /** Id of a service account, user, group or identity pool: `sa-111aaa`. */
    readonly principalId: string;
    /** `OrganizationAdmin` */
    readonly roleName: string;
    /** The scope of the role: `crn://confluent.cloud/organization=…/environment=env-abc123`. */
    readonly crnPattern: string;
}

/**
 * `GET /iam/v2/role-bindings?crn_pattern=…`, all pages. By the documentation, the pattern may match the whole CRN or its
 * beginning ("partial match"). So this asks with and without a wildcard at the end, and merges the rows.
 */
export async function listRoleBindings(
    api: ConfluentApi,
    organizationCrn: string,
): Promise<readonly RoleBinding[]> {
    const patterns = [organizationCrn, `${organizationCrn}/*`];
    const answers = await Promise.all(
        patterns.map((crn_pattern) =>
            api.list(
                "/iam/v2/role-bindings",
                { crn_pattern },
                `listing the role bindings of ${crn_pattern}`,
                (row) => ({
                    id: String(row.id ?? ""),
                    principalId: String(row.principal ?? "").replace(/^(User|Group):/, ""),
                    roleName: String(row.role_name ?? ""),
                    crnPattern: String(row.crn_pattern ?? ""),
                }),
            ),
        ),
    );
    const bindings = answers.flatMap(({ rows }) => rows);
    return [...new Map(bindings.map((binding) => [binding.id, binding])).values()];
}
