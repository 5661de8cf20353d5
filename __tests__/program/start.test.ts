// The entry of a deployment under Pulumi's mocks. Not proven here: that an engine starts its providers by it, and what
// that is worth, which the benchmarks have (engine-time, the demo stack's preview).
import * as pulumi from "@pulumi/pulumi";

let asked: string[];
let loadedAfter: string[] | undefined;

beforeAll(async () => {
    await pulumi.runtime.setMocks({
        newResource: ({ inputs }) => ({ id: "id", state: inputs }),
        call({ token }) {
            asked.push(token);
            // As dynamic providers answer.
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
    it("asks for the dynamic providers' process before the program is loaded, and bears the error that comes", async () => {
        const outputs = { principalId: "sa-111aaa" };
        await expect(enter(() => outputs)).resolves.toBe(outputs);
        expect(loadedAfter).toEqual(["pulumi-nodejs:index:start"]);
    });

    it("passes on what stops the program", async () => {
        const mistake = new pulumi.RunError("confluent-flink:regions: got nothing");
        await expect(
            enter(() => {
                throw mistake;
            }),
        ).rejects.toBe(mistake);
    });
});
