/**
 * The kind of the last segment of a CRN that Confluent binds each role at (docs.confluent.io, "Predefined RBAC Roles in
 * Confluent Cloud"). It answers another with a bare 400. Roles that are not here are left to Confluent Cloud.
 */
const bindableAt: Readonly<Record<string, readonly string[]>> = {
    OrganizationAdmin: ["organization"],
    AccountAdmin: ["organization"],
    ResourceKeyAdmin: ["organization"],
    BillingAdmin: ["organization"],
    NetworkAdmin: ["organization"],
    EnvironmentAdmin: ["environment"],
    DataSteward: ["environment"],
    CloudClusterAdmin: ["cloud-cluster"],
    FlinkAdmin: ["organization", "environment"],
    FlinkDeveloper: ["organization", "environment", "flink-region", "compute-pool"],
    Assigner: ["service-account"],
};

/** Throws where a known role is bound at a level that it is not made for. `property`: `roles[0].crnPattern`. */
export function checkLevel(roleName: string, crnPattern: string, property: string): void {
    const levels = bindableAt[roleName];
    const level = /([^/=]+)=[^/=]*$/.exec(crnPattern)?.[1];
    if (levels === undefined || level === undefined || levels.includes(level)) return;
    throw new Error(
        `${property}: got ${JSON.stringify(crnPattern)}, which ends at ${level}; expected a CRN that ends at ${levels.join(" or ")}, where ${roleName} is bound`,
    );
}
