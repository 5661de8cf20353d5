// Where a known role may be bound. Not proven here: that Confluent Cloud has it so (the sources stand beside the roles).

import { roleNames } from "../../components/grant";
import { checkLevel } from "../../components/roleLevels";
import { bindableAt } from "../../emulator/access/roles";
import { lastKind, parseCrn } from "../../emulator/crn";

const organization = "crn://confluent.cloud/organization=1111aaaa";
const environment = `${organization}/environment=env-abc123`;
const scopes = {
    organization,
    environment,
    region: `${environment}/flink-region=aws.us-east-2`,
    pool: `${environment}/flink-region=aws.us-east-2/compute-pool=lfcp-abc123`,
    cluster: `${environment}/cloud-cluster=lkc-abc123`,
    account: `${organization}/service-account=sa-111aaa`,
};
const mayBind = (roleName: string, scope: string): boolean => {
    try {
        checkLevel(roleName, scope, "roles[0].crnPattern");
        return true;
    } catch {
        return false;
    }
};

describe("checkLevel", () => {
    it.each([
        ["OrganizationAdmin", ["organization"]],
        ["EnvironmentAdmin", ["environment"]],
        ["FlinkAdmin", ["organization", "environment"]],
        ["FlinkDeveloper", ["organization", "environment", "region", "pool"]],
        ["CloudClusterAdmin", ["cluster"]],
        ["Assigner", ["account"]],
    ])("lets %s be bound at %j and nowhere else", (roleName, levels) => {
        const allowed = Object.entries(scopes).filter(([, scope]) => mayBind(roleName, scope));
        expect(allowed.map(([level]) => level)).toEqual(levels);
    });

    it("leaves a role of which no source names all levels to Confluent Cloud", () => {
        for (const roleName of [
            "BillingAdmin",
            "DataSteward",
            "MetricsViewer",
            "FlinkFunctionDeveloper",
            "RoleOfNextYear",
        ])
            expect(Object.values(scopes).filter((scope) => !mayBind(roleName, scope))).toEqual([]);
    });

    it("says the level got and the levels wanted", () => {
        expect(() => checkLevel("EnvironmentAdmin", organization, "roles[0].crnPattern")).toThrow(
            `roles[0].crnPattern: got "${organization}", which ends at organization; expected a CRN that ends at environment, for role EnvironmentAdmin`,
        );
    });

    it("refuses nothing that the emulator takes of the roles with a natural scope", () => {
        for (const roleName of roleNames)
            for (const scope of Object.values(scopes)) {
                const crn = parseCrn(scope);
                if (crn && bindableAt.get(roleName)?.includes(lastKind(crn)))
                    expect([roleName, scope, mayBind(roleName, scope)]).toEqual([roleName, scope, true]);
            }
    });
});
