// The same grant twice in one program. Not proven here: what Confluent Cloud makes of the second (409).
import { registerGrant } from "../../components/grantRegister";

const grant = {
    principal: "User:sa-111aaa",
    roleName: "FlinkDeveloper",
    crnPattern: "crn://x/environment=env-1",
};

describe("registerGrant", () => {
    it("refuses the same grant from another place, and names both", () => {
        const monitor = {};
        registerGrant(grant, 'FlinkAccess "a": roles', monitor);
        registerGrant(grant, 'FlinkAccess "a": roles', monitor);
        expect(() => registerGrant(grant, 'FlinkAccess "b": roles', monitor)).toThrow(
            'FlinkAccess "b": roles: got FlinkDeveloper for User:sa-111aaa at crn://x/environment=env-1, which FlinkAccess "a": roles grants already',
        );
    });

    it("does not advise to leave the role out of one only: the other would take it along", () => {
        const monitor = {};
        registerGrant(grant, "a", monitor);
        expect(() => registerGrant(grant, "b", monitor)).toThrow(
            "Leave it out of both, and declare one confluentcloud.RoleBinding beside them",
        );
    });

    it.each([
        ["another principal", { principal: "User:sa-222bbb" }],
        ["another role", { roleName: "FlinkAdmin" }],
        ["another scope", { crnPattern: "crn://x/environment=env-2" }],
    ])("takes %s for another grant", (_what, change) => {
        const monitor = {};
        registerGrant(grant, "a", monitor);
        expect(() => registerGrant({ ...grant, ...change }, "b", monitor)).not.toThrow();
    });

    it("keeps the programs of one process apart", () => {
        registerGrant(grant, "a", {});
        expect(() => registerGrant(grant, "b", {})).not.toThrow();
    });
});
