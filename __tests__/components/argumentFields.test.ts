// What TypeScript would not let pass, and JavaScript and config objects do. Not proven here: the values of fields, which the
// tests of each argument have.
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, type FlinkAccessArgs, FlinkApiKey } from "../../components";
import { MockConfluentCloud } from "../../testing";

const cloud = new MockConfluentCloud({});

beforeAll(() => pulumi.runtime.setMocks(cloud, "confluent-flink", "dev"));

function declaring(changes: Record<string, unknown>): () => FlinkAccess {
    const args = { environmentId: "env-abc123", regions: ["aws.us-east-2"], roles: "FlinkAdmin" };
    return () => new FlinkAccess("flink", { ...args, ...changes } as unknown as FlinkAccessArgs);
}

describe("FlinkAccess", () => {
    it.each([
        [
            { role: ["FlinkDeveloper"] },
            /^FlinkAccess "flink": role: got a field of this name, expected only environmentId, regions/,
        ],
        [
            { principal: { serviceAccount: "sa-111aaa" } },
            /principal.serviceAccount: got a field of this name, expected an object such as \{ serviceAccountId/,
        ],
        [{ principal: "sa-111aaa" }, /principal: got "sa-111aaa", expected an object such as/],
        [
            { principal: pulumi.output({ serviceAccountId: "sa-111aaa" }) },
            /principal: got an output, expected an object/,
        ],
        [{ rotation: "90d" }, /rotation: got "90d", expected an object such as \{ every: "90d"/],
        [
            { rotation: { evry: "90d" } },
            /rotation.evry: got a field of this name, expected an object such as \{ every: "90d"/,
        ],
        [{ roles: [null] }, /roles\[0\]: got nothing, expected one of OrganizationAdmin/],
        [{ roles: 5 }, /roles: got 5, expected one of OrganizationAdmin/],
    ])("stops at %j, which would otherwise be taken for something else", (changes, message) => {
        expect(declaring(changes)).toThrow(message);
    });

    it.each([
        [{ principal: null, roles: null, rotation: null, readiness: null, adopt: null }],
        [{ role: undefined }],
    ])("takes what is null, or undefined under any name, for not given: %j", async (changes) => {
        // Deployed, so that nothing of it is left when the test ends.
        await cloud.deploy(declaring(changes));
        expect(cloud.apiKeys).toHaveLength(1);
    });
});

describe("FlinkApiKey", () => {
    it("refuses the option import, which could never read the secret, and names adopt", () => {
        const args = { owner: "sa-111aaa", environmentId: "env-abc123", cloud: "aws", region: "us-east-2" };
        expect(() => new FlinkApiKey("orders", args, { import: "AAAABBBBCCCCDDDD" })).toThrow(
            /^FlinkApiKey "orders": import: got "AAAABBBBCCCCDDDD", expected none: .*adopt: \{ apiKey, apiSecret \}/,
        );
    });
});
