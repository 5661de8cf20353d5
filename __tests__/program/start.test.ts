// The entry point of a deployment, with mocks. Not proven here: that an engine then starts the process for dynamic
// providers, and how much time this saves (npm run bench -- engine-time).
import * as pulumi from "@pulumi/pulumi";

let asked: string[];
let loadedAfter: string[] | undefined;

beforeAll(async () => {
    await pulumi.runtime.setMocks({
        newResource: ({ inputs }) => ({ id: "id", state: inputs }),
        call({ token }) {
            asked.push(token);
            // The answer of dynamic providers.
            throw new Error(`unknown function ${token}`);
        },
    });
});

beforeEach(() => {
    asked = [];
    loadedAfter = undefined;
    jest.resetModules();
});

function enter(program: () => unknown): Promise<unknown> {
    jest.doMock("../../index", () => {
        loadedAfter = [...asked];
        return program();
    });
    return require("../../program/start");
}

describe("start", () => {
    it("requests the process for dynamic providers before it loads the program, and ignores the error", async () => {
        const outputs = { principalId: "sa-111aaa" };
        await expect(enter(() => outputs)).resolves.toBe(outputs);
        expect(loadedAfter).toEqual(["pulumi-nodejs:index:start"]);
    });

    it("rejects with the error that stops the program", async () => {
        const mistake = new pulumi.RunError("confluent-flink:regions: got nothing");
        await expect(
            enter(() => {
                throw mistake;
            }),
        ).rejects.toBe(mistake);
    });
});
