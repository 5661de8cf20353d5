/**
 * The kinds of a CRN's last segment at which Confluent binds each role. At another, Confluent Cloud answers 400 without a
 * reason. Only roles whose source names all levels are listed; any other is left to Confluent Cloud.
 */
const bindableAt: Readonly<Record<string, readonly string[]>> = {
    // confluentinc/cli, test/fixtures/output/iam/rbac/role/list-cloud.golden: their `bindingScope`.
    OrganizationAdmin: ["organization"],
    EnvironmentAdmin: ["environment"],
    // confluentinc/cli, internal/iam/command_rbac_role_binding.go: wants the flag `--cloud-cluster`.
    CloudClusterAdmin: ["cloud-cluster"],
    // docs.confluent.io, "Predefined RBAC Roles in Confluent Cloud": its organization-scoped roles.
    AccountAdmin: ["organization"],
    ResourceKeyAdmin: ["organization"],
    NetworkAdmin: ["organization"],
    // docs.confluent.io, "Grant Role-Based Access in Confluent Cloud for Apache Flink"; Terraform's page on confluent_role_binding.
    FlinkAdmin: ["organization", "environment"],
    FlinkDeveloper: ["organization", "environment", "flink-region", "compute-pool"],
    // confluentinc/cli, internal/iam/command_rbac_role_binding_create.go: the resource `ServiceAccount:sa-123456`.
    Assigner: ["service-account"],
};

/** Throws if a known role is bound at a level that it does not have. `property`: `roles[0].crnPattern`. */
export function checkLevel(roleName: string, crnPattern: string, property: string): void {
    const levels = bindableAt[roleName];
    const level = /([^/=]+)=[^/=]*$/.exec(crnPattern)?.[1];
    if (levels === undefined || level === undefined || levels.includes(level)) return;
    throw new Error(
        `${property}: got ${JSON.stringify(crnPattern)}, which ends at ${level}; expected a CRN that ends at ${levels.join(" or ")}, for role ${roleName}`,
    );
}
