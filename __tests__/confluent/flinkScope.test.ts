// Pure parsing. Not proven here: which of the two formats Confluent Cloud uses today.
import { flinkScope, parseFlinkScope, scopeOfResource } from "../../confluent/flinkScope";

const scope = {
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    name: "env-abc123.aws.us-east-2",
};
const crn = "crn://confluent.cloud/organization=1111aaaa/environment=env-abc123/flink-region=aws.us-east-2";

describe("scopeOfResource", () => {
    it.each([
        ["region and environment apart", { id: "aws.us-east-2", environment: "env-abc123" }],
        ["both in the id", { id: "env-abc123.aws.us-east-2" }],
        ["another case", { id: "AWS.us-east-2", environment: "ENV-abc123" }],
        ["another case, both in the id", { id: "ENV-ABC123.AWS.US-EAST-2" }],
        ["the environment in the CRN only", { id: "aws.us-east-2", resource_name: crn }],
        [
            "the environment empty and in the CRN",
            { id: "aws.us-east-2", environment: "", resource_name: crn },
        ],
    ])("reads %s", (_form, resource) => {
        expect(scopeOfResource(resource)).toEqual(scope);
    });

    it.each([
        ["a cloud key", { id: "cloud", kind: "Cloud" }],
        ["a Kafka cluster", { id: "lkc-abc123", environment: "env-abc123" }],
        ["a region without an environment", { id: "aws.us-east-2" }],
        ["an id that is no text", { id: 7 }],
        ["null", null],
        ["nothing", undefined],
    ])("is undefined for %s", (_what, resource) => {
        expect(scopeOfResource(resource)).toBeUndefined();
    });
});

describe("parseFlinkScope", () => {
    it("parses the name of a scope", () => {
        expect(parseFlinkScope(" env-abc123.aws.us-east-2 ")).toEqual(scope);
        expect(parseFlinkScope(flinkScope("env-abc123", "AWS", "us-east-2").name)).toEqual(scope);
    });

    it.each(["aws.us-east-2", "env-abc123.aws", "env-abc123.aws.us-east-2.more", "abc123.aws.us-east-2", ""])(
        "refuses %j",
        (name) => {
            expect(parseFlinkScope(name)).toBeUndefined();
        },
    );
});
