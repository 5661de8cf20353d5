// The endpoint to probe, handed to each region's key, under Pulumi's mocks. Not proven here: the probe.
import { FlinkAccess, type FlinkAccessArgs } from "../../components";
import { MockConfluentCloud } from "../../testing";

const cloud = new MockConfluentCloud();

/** What each region's key is given. */
async function readinessGiven(readiness: FlinkAccessArgs["readiness"]): Promise<Record<string, unknown>> {
    await cloud.deploy(() => {
        new FlinkAccess("flink", {
            environmentId: "env-abc123",
            regions: ["aws.us-east-2", "aws.us-west-2"],
            principal: { serviceAccountId: "sa-111aaa" },
            roles: [],
            ...(readiness !== undefined && { readiness }),
        });
    });
    return Object.fromEntries(cloud.apiKeys.map(({ region, inputs }) => [region, inputs.readiness]));
}

describe("FlinkAccess with readiness.restEndpoint", () => {
    it("gives each region its own, and none to a region that is not named", async () => {
        const restEndpoint = { "aws.us-east-2": "https://east.example.com" };
        expect(await readinessGiven({ timeout: "1m", restEndpoint })).toEqual({
            "us-east-2": { timeout: "1m", restEndpoint: "https://east.example.com" },
            "us-west-2": { timeout: "1m" },
        });
    });

    it("gives all regions the one that is named, and the network beside it", async () => {
        const given = { network: "private", restEndpoint: "https://flink.example.com" } as const;
        expect(await readinessGiven(given)).toEqual({ "us-east-2": given, "us-west-2": given });
    });
});
