// What the provider's answers say of the secret. Not proven here: that the engine stores it encrypted
// (__tests__/engine/programOptions.test.ts).
import { isRpcSecret, unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import { PartialFailure } from "../../provider/partialFailure";
import { markingSecret } from "../../provider/secretOutput";
import { sentinelSecret } from "./sentinel";

const outputs = { apiKey: "AAAABBBBCCCCDDDD", apiSecret: sentinelSecret(1), status: "ready" };

describe("markingSecret", () => {
    it.each(["outs", "props"] as const)(
        "marks apiSecret in %s as Pulumi marks a secret, and nothing else",
        async (name) => {
            const answer = await markingSecret(async () => ({ id: "id", [name as "outs"]: outputs }))();
            const marked = (answer as Record<string, unknown>)[name] as Record<string, unknown>;
            expect(isRpcSecret(marked.apiSecret)).toBe(true);
            expect({ ...marked, apiSecret: unwrapRpcSecret(marked.apiSecret) }).toEqual(outputs);
            expect(answer).toMatchObject({ id: "id" });
        },
    );

    it("marks it if the operation failed half-way, and keeps id and reason", async () => {
        const failing = markingSecret(async (): Promise<{ outs?: Record<string, unknown> }> => {
            throw new PartialFailure("id", { ...outputs, __provider: "line" }, new Error("not usable yet"));
        });
        const failure = (await failing().catch((error) => error)) as PartialFailure;
        expect(failure).toMatchObject({ id: "id", reasons: ["not usable yet"] });
        expect(isRpcSecret(failure.properties.apiSecret)).toBe(true);
        expect(failure.properties).toMatchObject({ apiKey: outputs.apiKey, __provider: "line" });
    });

    it("passes other errors, and answers without outputs, on as they are", async () => {
        const error = new Error("refused");
        await expect(markingSecret(() => Promise.reject(error))()).rejects.toBe(error);
        expect(await markingSecret(async () => ({}))()).toEqual({});
    });
});
