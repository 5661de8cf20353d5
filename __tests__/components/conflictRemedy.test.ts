// The text of the remedies, and where none can be attached. Not proven here: that an engine calls the hook, which
// __tests__/engine/badInput.test.ts proves.
import * as pulumi from "@pulumi/pulumi";
import { conflictRemedy, withConflictRemedy } from "../../components/conflictRemedy";

const opts = { protect: true };

beforeAll(() => pulumi.runtime.setMocks({ newResource: () => ({ id: "id", state: {} }), call: () => ({}) }));

describe("withConflictRemedy", () => {
    it("leaves the options alone under Pulumi's mocks, which take no hooks", () => {
        expect(withConflictRemedy(opts)).toBe(opts);
    });

    it("leaves the options alone where the engine said that it knows no error hooks", () => {
        const monitor = pulumi.runtime.getMonitor() as unknown as Record<string, unknown>;
        const { getStore } = require("@pulumi/pulumi/runtime/state");
        const register = jest.fn();
        monitor.registerErrorHook = register;
        getStore().supportsErrorHooks = false;
        try {
            expect(withConflictRemedy(opts)).toBe(opts);
            expect(register).not.toHaveBeenCalled();
        } finally {
            delete monitor.registerErrorHook;
            getStore().supportsErrorHooks = true;
        }
    });
});

describe("conflictRemedy", () => {
    it("names the taken name of a service account, and the way to use that account", () => {
        const type = "confluentcloud:index/serviceAccount:ServiceAccount";
        expect(conflictRemedy(type, { displayName: "flink-prod" })).toBe(
            'principal.displayName: got "flink-prod", which another service account of this organization already has; expected a name that is unique in the organization. If this stack created it under a former name (pulumi stack --show-urns), go back to that name and run again; to rename, add an alias: { aliases: [{ name: FORMER }] }. If it is not this stack\'s, choose another name, or use that account: principal: { serviceAccountId } (confluent iam service-account list)',
        );
    });

    it("names the role that the principal has already, and where", () => {
        const inputs = { roleName: "FlinkAdmin", principal: "User:sa-111aaa", crnPattern: "crn://x" };
        expect(conflictRemedy("confluentcloud:index/roleBinding:RoleBinding", inputs)).toBe(
            'roles: got "FlinkAdmin", which User:sa-111aaa already has at crn://x; expected roles that it does not have yet. If this stack created it under a former name (pulumi stack --show-urns), go back to that name and run again; to rename, add an alias: { aliases: [{ name: FORMER }] }. If another FlinkAccess of this program grants it, grant it once beside both (docs/roles.md, "One role for several accesses"). If it is not this stack\'s, leave the role out (roles: [] grants none)',
        );
    });

    it("knows none for other resources", () => {
        expect(conflictRemedy("confluentcloud:index/environment:Environment", {})).toBeUndefined();
    });
});
