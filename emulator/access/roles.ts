import { type Crn, lastKind } from "../crn";

/**
 * The roles that the emulator knows, each with the kinds of resource (last CRN segment) that it can be bound at. Roles that no
 * emulated API requires are only stored, so that programs which grant them work.
 */
const bindableAt: Readonly<Record<string, readonly string[]>> = {
    OrganizationAdmin: ["organization"],
    AccountAdmin: ["organization"],
    ResourceKeyAdmin: ["organization"],
    BillingAdmin: ["organization"],
    NetworkAdmin: ["organization"],
    MetricsViewer: ["organization", "environment", "cloud-cluster"],
    EnvironmentAdmin: ["environment"],
    DataDiscovery: ["environment", "subject", "kek"],
    DataSteward: ["environment"],
    Operator: ["organization", "environment", "cloud-cluster"],
    CloudClusterAdmin: ["cloud-cluster"],
    KsqlAdmin: ["ksql"],
    ConnectManager: ["cloud-cluster", "connector"],
    FlinkAdmin: ["organization", "environment"],
    FlinkDeveloper: ["organization", "environment", "flink-region", "compute-pool"],
    FlinkFunctionDeveloper: ["organization", "environment", "flink-region"],
    Assigner: ["service-account"],
    ResourceOwner: ["service-account", "topic", "group", "transactional-id", "subject", "kek"],
    DeveloperRead: ["topic", "group", "transactional-id", "subject", "kek"],
    DeveloperWrite: ["topic", "transactional-id", "subject", "kek", "kafka"],
    DeveloperManage: [
        "topic",
        "group",
        "transactional-id",
        "subject",
        "kafka",
        "flink-region",
        "environment",
    ],
};

export function roleNames(): string[] {
    return Object.keys(bindableAt);
}

export function isRole(name: string): boolean {
    return name in bindableAt;
}

/** The kinds of resource that a role can be bound at. */
export function bindableKinds(roleName: string): readonly string[] {
    return bindableAt[roleName] ?? [];
}

export function isBindableAt(roleName: string, scope: Crn): boolean {
    return bindableKinds(roleName).includes(lastKind(scope));
}
