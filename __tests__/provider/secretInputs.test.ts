// What a failed check says about inputs that may be secret. The engine prints the value of the property that a failure names, so such a
// failure names none. Not proven here: the engine's own text.

import { checkShapes } from "../../provider/keyInputs";
import { sentinelSecret } from "./sentinel";

const valid = {
    owner: "sa-111aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    displayName: "orders",
    description: "",
};

describe("checkShapes", () => {
    it.each([
        ["owner", { owner: "hunter2" }],
        ["environmentId", { environmentId: "hunter2" }],
        ["cloud", { cloud: "hunter2" }],
        ["overlap", { overlap: "hunter2" }],
        ["readiness", { readiness: { timeout: "hunter2" } }],
        ["readiness", { readiness: { restEndpoint: "https://hunter2", network: "hunter2" } }],
        ["readiness", { readiness: "hunter2" }],
    ])("does not show %s if the program marks it as secret", (property, change) => {
        const { failures } = checkShapes({ ...valid, ...change, secretInputs: [property] });
        expect(failures).toEqual([
            {
                property: "",
                reason: expect.stringMatching(`^${property}[^:]*: got a secret value, expected `),
            },
        ]);
    });

    it("shows a value that is not secret, and lets the engine name the property", () => {
        expect(checkShapes({ ...valid, owner: "sa_1" }).failures).toEqual([
            { property: "owner", reason: expect.stringContaining('got "sa_1", expected a service account') },
        ]);
    });

    it.each([
        ["https://user:hunter2@flink.example.com", "https://flink.example.com"],
        ["https://flink.example.com:8443/?token=hunter2", "https://flink.example.com:8443"],
        ["http://flink.example.com/hunter2#hunter2", "http://flink.example.com"],
    ])("shows only scheme, host and port of readiness.restEndpoint %s", (restEndpoint, shown) => {
        const { failures } = checkShapes({ ...valid, readiness: { restEndpoint } });
        expect(failures).toEqual([
            {
                property: "",
                reason: expect.stringContaining(
                    `readiness.restEndpoint: got "${shown}" and more, which may be secret, expected`,
                ),
            },
        ]);
        expect(JSON.stringify(failures)).not.toContain("hunter2");
    });

    it.each(["owner", "environmentId", "cloud", "region", "overlap"])(
        "does not show a secret that was put into %s by mistake",
        (property) => {
            const { failures } = checkShapes({ ...valid, [property]: `${sentinelSecret(1)}!` });
            expect(failures).toEqual([
                {
                    property: "",
                    reason: expect.stringMatching(
                        `^${property}: got a text of 65 characters, which may be a secret, expected `,
                    ),
                },
            ]);
        },
    );
});
