// A principal that another stack owns, under Pulumi's mocks. Not proven here: that a backend gives the outputs of the
// other stack.
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess } from "../../components";
import { isPrincipal } from "../../components/principalOfStack";

const declared: { type: string; inputs: Record<string, unknown> }[] = [];
const stackOutputs: Record<string, Record<string, unknown>> = {
    "org/project/base": { principalId: "sa-111aaa" },
};

beforeAll(async () => {
    await pulumi.runtime.setMocks(
        {
            newResource({ type, name, inputs }) {
                declared.push({ type, inputs });
                const state = { ...inputs, outputs: stackOutputs[String(inputs.name)] ?? {} };
                return { id: `${name}-id`, state };
            },
            call: ({ inputs }) => ({
                ...inputs,
                resourceName: `crn://confluent.cloud/organization=1111aaaa/environment=${inputs.id}`,
            }),
        },
        "confluent-flink",
        "eu",
    );
});

beforeEach(() => declared.splice(0));

function ofType(suffix: string): Record<string, unknown>[] {
    return declared.filter(({ type }) => type.endsWith(`:${suffix}`)).map(({ inputs }) => inputs);
}

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
        await new Promise((resolve) => access.apiKeys["aws.us-east-2"]?.urn.apply(resolve));
        expect(ofType("FlinkApiKey").map(({ owner }) => owner)).toEqual(["sa-111aaa"]);
        expect(ofType("ServiceAccount")).toEqual([]);
        expect(ofType("RoleBinding")).toEqual([]);
        expect(ofType("StackReference")).toEqual([{ name: "org/project/base" }]);
    });

    it.each([[undefined], ["pool-111aaa"], [{}]])("takes %j for no principal", (id) => {
        expect(isPrincipal(id)).toBe(false);
    });
});
