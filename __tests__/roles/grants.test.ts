// The grants that roles stand for. Not proven here: what they allow (`presets.test.ts`) and how they are declared
// (`__tests__/components/flinkAccess.test.ts`).
import * as pulumi from "@pulumi/pulumi";
import { roleNames } from "../../components/grant";
import { rolePresets } from "../../components/rolePresets";
import { grantsOf, type Role } from "../../components/roles";

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

    it("wants a name beside a second scope that is an output, for its place in the list may change", () => {
        const open = () => pulumi.output("sa-111aaa");
        const named = ["a", "b"].map((name) => rolePresets.assigner({ serviceAccountId: open(), name }));
        expect(suffixes(named)).toEqual(["FlinkDeveloper", "Assigner-a", "Assigner-b"]);
        expect(suffixes([...named].reverse())).toEqual(["FlinkDeveloper", "Assigner-b", "Assigner-a"]);
        const role = { roleName: "Operator", crnPattern: open() };
        expect(suffixes([role])).toEqual(["Operator-scope"]);
        expect(suffixes([role, { ...role, name: "orders" }])).toEqual(["Operator-scope", "Operator-orders"]);
        const another = "got another Operator at a scope that is an output, expected a name of its own";
        expect(() => suffixes([role, role])).toThrow(`roles[1]: ${another}`);
        const twice = { ...role, name: "orders" };
        expect(() => suffixes([twice, twice])).toThrow("roles[1]");
    });

    it("takes a scope where the role is bound, and refuses another level before Confluent Cloud does", () => {
        const organization = "crn://confluent.cloud/organization=o";
        const at = (roleName: string, crnPattern: string) => () => suffixes([{ roleName, crnPattern }]);
        expect(at("FlinkDeveloper", `${organization}/environment=env-abc123`)).not.toThrow();
        expect(at("EnvironmentAdmin", organization)).toThrow(
            'roles[0].crnPattern: got "crn://confluent.cloud/organization=o", which ends at organization; expected a CRN that ends at environment',
        );
        expect(at("OrganizationAdmin", `${organization}/environment=env-abc123`)).toThrow(
            "ends at environment; expected a CRN that ends at organization",
        );
        expect(at("SomethingNew", organization)).not.toThrow();
    });

    it.each<[unknown, string]>([
        ["FlinkRunner", 'roles: got "FlinkRunner", expected one of OrganizationAdmin, '],
        [["FlinkAdmin", "FlinkAdmin"], 'roles[1]: got "FlinkAdmin" a second time, expected each role once'],
        [
            { roleName: "Operator" } as Role,
            "roles: got an object with the fields roleName, expected { roleName, crnPattern }",
        ],
        [
            [{ roleName: "Operator", crnPattern: "env-abc123" }],
            'roles[0].crnPattern: got "env-abc123", expected crn://confluent.cloud/organization=…',
        ],
    ])("refuses %j", (roles, message) => {
        expect(() => grantsOf(roles, "roles")).toThrow(message);
    });

    it("refuses subjects without the Schema Registry that holds them", () => {
        const args = { kafkaClusterIds: ["lkc-abc123"], subjects: ["orders-value"] };
        expect(() => rolePresets.statementRunner(args)).toThrow(
            "statementRunner.schemaRegistryId: got nothing, expected the id",
        );
    });
});
