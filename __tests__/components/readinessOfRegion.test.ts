// The endpoint to probe, handed to each region's key, under Pulumi's mocks. Not proven here: the probe.
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, type FlinkAccessArgs } from "../../components";

const readiness: Record<string, unknown> = {};

beforeAll(async () => {
    await pulumi.runtime.setMocks(
        {
            newResource({ type, name, inputs }) {
                if (type.endsWith(":FlinkApiKey")) readiness[inputs.region] = inputs.readiness;
                return { id: `${name}-id`, state: inputs };
            },
            call: ({ inputs }) => ({
                ...inputs,
                resourceName: `crn://confluent.cloud/organization=1111aaaa/environment=${inputs.id}`,
            }),
        },
        "confluent-flink",
        "prod",
    );
});

async function declare(given: NonNullable<FlinkAccessArgs["readiness"]>): Promise<void> {
    const access = new FlinkAccess("flink", {
        environmentId: "env-abc123",
        regions: ["aws.us-east-2", "aws.us-west-2"],
        principal: { serviceAccountId: "sa-111aaa" },
        roles: [],
        readiness: given,
    });
    const keys = Object.values(access.apiKeys);
    await Promise.all(keys.map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
}

describe("FlinkAccess with readiness.restEndpoint", () => {
    it("gives each region its own, and none to a region that is not named", async () => {
        await declare({ timeout: "1m", restEndpoint: { "aws.us-east-2": "https://east.example.com" } });
        expect(readiness).toEqual({
            "us-east-2": { timeout: "1m", restEndpoint: "https://east.example.com" },
            "us-west-2": { timeout: "1m" },
        });
    });

    it("gives all regions the one that is named, and the network beside it", async () => {
        const given = { network: "private", restEndpoint: "https://flink.example.com" } as const;
        await declare(given);
        expect(readiness).toEqual({ "us-east-2": given, "us-west-2": given });
    });
});
