// A principal that another stack owns, under Pulumi's mocks. Not proven here: that a backend gives the outputs of the
// other stack.
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess } from "../../components";
import { MockConfluentCloud } from "../../testing";

const cloud = new MockConfluentCloud({ stackOutputs: { "org/project/base": { principalId: "sa-111aaa" } } });

beforeAll(() => pulumi.runtime.setMocks(cloud, "confluent-flink", "eu"));

beforeEach(() => cloud.clear());

function declare(stack: string): FlinkAccess {
    return new FlinkAccess("flink", {
        environmentId: "env-abc123",
        regions: ["aws.us-east-2"],
        principal: { stack },
        roles: [],
    });
}

describe("FlinkAccess with principal.stack", () => {
    it("makes keys for the other stack's principal, and neither an account nor a role", async () => {
        const access = declare("org/project/base");
        await new Promise((resolve) => access.keyResources["aws.us-east-2"]?.urn.apply(resolve));
        expect(cloud.apiKeys.map(({ owner }) => owner)).toEqual(["sa-111aaa"]);
        expect(cloud.serviceAccounts).toEqual([]);
        expect(cloud.roleBindings).toEqual([]);
        const references = cloud.resources.filter(({ type }) => type.endsWith(":StackReference"));
        expect(references.map(({ inputs }) => inputs)).toEqual([{ name: "org/project/base" }]);
    });
});
