/**
 * The roles that the emulator knows, each with the kinds of resource (last CRN segment) that it can be bound at. Roles that no
 * emulated API requires are only stored, so that programs which grant them work.
 */
export const bindableAt: ReadonlyMap<string, readonly string[]> = new Map(
    Object.entries({
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
    }),
);
