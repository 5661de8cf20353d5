// The inputs of a FlinkAccess in the plugin, as the SDKs of the languages send them. Not proven here: what FlinkAccess does with its
// arguments (`__tests__/components`).
import * as pulumi from "@pulumi/pulumi";
import { accessArgs } from "../../plugin/accessArgs";

const least = { environmentId: "env-abc123", regions: ["aws.us-east-2"] };
const newer =
    "If the program's SDK is newer than the plugin: pulumi plugin install resource confluent-flink VERSION";

describe("accessArgs", () => {
    it("passes on what TypeScript has too, and leaves out what is not set", async () => {
        expect(await accessArgs({ ...least, roles: undefined, adopt: null })).toEqual(least);
    });

    it("joins the inputs that stand for one of TypeScript", async () => {
        const namedRegions = [{ name: "pool", cloud: "aws", region: "us-east-1" }];
        const rolesAtScope = [{ roleName: "DeveloperRead", crnPattern: "crn://confluent.cloud/kafka=lkc-1" }];
        const args = await accessArgs({
            ...least,
            namedRegions,
            roles: ["FlinkDeveloper"],
            rolesAtScope,
            readiness: { timeout: "1m", restEndpoints: { "aws.us-east-2": "https://flink.example.com" } },
        });
        expect(args).toEqual({
            environmentId: "env-abc123",
            regions: ["aws.us-east-2", ...namedRegions],
            roles: ["FlinkDeveloper", ...rolesAtScope],
            readiness: { timeout: "1m", restEndpoint: { "aws.us-east-2": "https://flink.example.com" } },
        });
    });

    it("resolves what an SDK sends as an output in spite of the schema", async () => {
        expect(await accessArgs({ ...least, regions: pulumi.output(["gcp.us-east1"]) })).toMatchObject({
            regions: ["gcp.us-east1"],
        });
    });

    it.each([
        [{ role: ["FlinkDeveloper"] }, /^role: got a field of this name, expected only environmentId, /],
        [{ rotation: { evry: "90d" } }, /^rotation\.evry: got a field of this name, .* fields every, /],
        [{ rotation: "90d" }, /^rotation: got "90d", expected an object with the fields every, /],
        [{ namedRegions: [{ nam: "pool" }] }, /^namedRegions\[0\]\.nam: got a field of this name/],
        [{ statementRunner: { topics: ["orders"] } }, /^statementRunner\.kafkaClusterIds: got nothing, /],
        [
            { statementRunner: { kafkaClusterIds: [], topics: [], topicAccess: {} } },
            /^statementRunner\.topicAccess: got a value beside topics, expected one of the two$/,
        ],
    ])("reports %j in one line", async (inputs, message) => {
        const error = await accessArgs({ ...least, ...inputs }).catch((thrown: Error) => thrown);
        expect(error).toMatchObject({ message: expect.stringMatching(message) });
        expect(String(error)).not.toContain("\n");
    });

    it("says what to install if it does not know an input, because the SDK may be newer", async () => {
        await expect(accessArgs({ ...least, zones: [] })).rejects.toThrow(newer);
    });
});
