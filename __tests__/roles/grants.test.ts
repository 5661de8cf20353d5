// The grants that roles stand for. Not proven here: what they allow (`presets.test.ts`) and how they are declared
// (`__tests__/components/flinkAccess.test.ts`).
import * as pulumi from "@pulumi/pulumi";
import { grantsOf, type Role, roleNames, rolePresets } from "../../components/roles";

const organization = "crn://confluent.cloud/organization=1111aaaa-11aa-11aa-11aa-111111aaaaaa";
const cluster = `${organization}/environment=env-abc123/cloud-cluster=lkc-abc123/kafka=lkc-abc123`;

function suffixes(roles: Role | readonly Role[]): string[] {
    return grantsOf(roles, "roles").map(({ suffix }) => suffix);
}

describe("grantsOf", () => {
    it("knows every role that it names", () => {
        for (const name of roleNames) expect(suffixes(name)).toEqual([name]);
    });

    it("grants what two presets share once", () => {
        const runner = rolePresets.statementRunner({ kafkaClusterIds: ["lkc-abc123"] });
        expect(suffixes([runner, "FlinkDeveloper", rolePresets.flinkDeveloper()])).toEqual([
            "FlinkDeveloper",
            "DeveloperRead-lkc-abc123-transactional-id-_confluent-flink_*",
            "DeveloperWrite-lkc-abc123-transactional-id-_confluent-flink_*",
        ]);
    });

    it("keeps one role at scopes that differ anywhere, and names each by its scope", () => {
        const roles = [
            `${cluster}/topic=orders`,
            `${cluster}/group=orders`,
            `${organization}/environment=env-abc123/cloud-cluster=lkc-def456/kafka=lkc-def456/topic=orders`,
            `${organization}/environment=env-def456/cloud-cluster=lkc-abc123/kafka=lkc-abc123/topic=orders`,
            `${cluster}/topic=orders`,
            organization,
        ].map((crnPattern) => ({ roleName: "DeveloperRead", crnPattern }));
        expect(suffixes(roles)).toEqual([
            "DeveloperRead-env-abc123-lkc-abc123-topic-orders",
            "DeveloperRead-env-abc123-lkc-abc123-group-orders",
            "DeveloperRead-env-abc123-lkc-def456-topic-orders",
            "DeveloperRead-env-def456-lkc-abc123-topic-orders",
            "DeveloperRead-organization",
        ]);
    });

    it("keeps every grant whose scope is known only while Pulumi runs", () => {
        const open = () => pulumi.output("sa-111aaa");
        const assigners = [open(), open(), "sa-333ccc", "sa-333ccc"].map((serviceAccountId) =>
            rolePresets.assigner({ serviceAccountId }),
        );
        expect(suffixes(assigners)).toEqual([
            "FlinkDeveloper",
            "Assigner",
            "Assigner-2",
            "Assigner-sa-333ccc",
        ]);
        const role = { roleName: "Operator", crnPattern: open() };
        expect(suffixes([role, role])).toEqual(["Operator-scope", "Operator-scope-2"]);
    });

    it.each<[Role | readonly Role[], string]>([
        ["FlinkRunner", 'roles: got "FlinkRunner", expected one of OrganizationAdmin, '],
        [["FlinkAdmin", "FlinkAdmin"], 'roles[1]: got "FlinkAdmin" a second time, expected each role once'],
        [{ roleName: "Operator" } as Role, "roles: got fields roleName, expected { roleName, crnPattern }"],
        [
            [{ roleName: "Operator", crnPattern: "env-abc123" }],
            'roles[0].crnPattern: got "env-abc123", expected crn://confluent.cloud/organization=…',
        ],
    ])("refuses %j", (roles, message) => {
        expect(() => grantsOf(roles, "roles")).toThrow(message);
    });

    it("refuses subjects without the Schema Registry that holds them", () => {
        const args = { kafkaClusterIds: ["lkc-abc123"], subjects: ["orders-value"] };
        expect(() => rolePresets.statementRunner(args)).toThrow("expected schemaRegistryId (lsrc-abc123)");
    });
});
