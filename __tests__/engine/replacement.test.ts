// Options and operations that replace a key, keep it or let it go, under a real Pulumi engine. One stack, each test a step
// that goes on from the one before and ends with nothing left to do. `--replace`, taint and replacementTrigger are in
// keysInUse.test.ts. Not proven here: the same with faults in between (the simulated engine, which recordings hold to
// this one).
import { KeyStack } from "./keyStack";
import { describeWithEngine, writes } from "./pulumiProject";

jest.setTimeout(120_000);

describeWithEngine("a key under the options of its resource", () => {
    const keys = KeyStack.forAll();

    it("G1: is created by the first up, after which neither up nor up --refresh changes anything", async () => {
        keys.declare({ orders: {} });
        expect((await keys.up()).code).toBe(0);
        expect(keys.posts()).toBe(1);
        await keys.expectAtRest();
    });

    it("G10: stays as it is if ignoreChanges covers the change", async () => {
        keys.declare({ orders: { displayName: "other", options: { ignoreChanges: ["displayName"] } } });
        expect((await keys.up()).code).toBe(0);
        expect(writes(keys.emulator)).toEqual([]);
        expect(keys.apiKey()).toBe(keys.before);
        await keys.expectAtRest();
    });

    it("G9: is updated in place under replaceOnChanges, because the provider names no changed properties", async () => {
        keys.declare({ orders: { displayName: "other", options: { replaceOnChanges: ["displayName"] } } });
        expect((await keys.up()).code).toBe(0);
        expect(writes(keys.emulator)).toEqual([`PATCH /iam/v2/api-keys/${keys.before} 200`]);
        expect(keys.apiKey()).toBe(keys.before);
        await keys.expectAtRest();
    });

    it("G8: is deleted first with deleteBeforeReplace", async () => {
        keys.declare({ orders: { region: "us-east-1", options: { deleteBeforeReplace: true } } });
        expect((await keys.up()).code).toBe(0);
        expect(writes(keys.emulator)).toEqual([
            `DELETE /iam/v2/api-keys/${keys.before} 204`,
            "POST /iam/v2/api-keys 202",
            `PATCH /iam/v2/api-keys/${keys.apiKey()} 200`,
        ]);
        await keys.expectAtRest();
    });

    it("G58: is neither replaced nor destroyed under protect", async () => {
        keys.declare({ orders: { region: "us-east-1", options: { protect: true } } });
        expect((await keys.up()).code).toBe(0);
        keys.declare({ orders: { options: { protect: true } } });
        expect((await keys.up()).code).not.toBe(0);
        expect((await keys.destroy()).code).not.toBe(0);
        expect(writes(keys.emulator)).toEqual([]);
        expect(keys.live()).toEqual([keys.before]);
        keys.declare({ orders: { region: "us-east-1" } });
        expect((await keys.up()).code).toBe(0);
        await keys.expectAtRest();
    });

    it("G32: stays in the state if its deletion fails, and the next up deletes it", async () => {
        const works = keys.failing("DELETE", "/iam/v2/api-keys/*", 403);
        keys.declare({ orders: {} });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.live()).toEqual([keys.before, keys.apiKey()].sort());
        expect(keys.all().find((one) => one.delete)?.outputs?.apiKey).toBe(keys.before);
        works();
        expect((await keys.up()).code).toBe(0);
        expect(keys.posts()).toBe(1);
        await keys.expectAtRest();
    });

    it("G33: is created again if a change is reverted while the first key's deletion is pending", async () => {
        const works = keys.failing("DELETE", "/iam/v2/api-keys/*", 403);
        keys.declare({ orders: { region: "us-east-1" } });
        expect((await keys.up()).code).not.toBe(0);
        const between = keys.apiKey();
        works();
        keys.declare({ orders: {} });
        expect((await keys.up()).code).toBe(0);
        expect([keys.before, between]).not.toContain(keys.apiKey());
        await keys.expectAtRest();
    });

    it("G12: keeps id and secret when it is renamed by an alias; one PATCH changes its tag", async () => {
        const { apiSecret } = keys.stored()?.outputs ?? {};
        keys.declare({ payments: { options: { aliases: [{ name: "orders" }] } } });
        expect((await keys.up()).code).toBe(0);
        expect(writes(keys.emulator)).toEqual([`PATCH /iam/v2/api-keys/${keys.before} 200`]);
        expect(keys.stored("payments")?.outputs).toMatchObject({ apiKey: keys.before });
        expect(apiSecret).toBeDefined();
        await keys.expectAtRest();
        keys.declare({ orders: { options: { aliases: [{ name: "payments" }] } } });
        expect((await keys.up()).code).toBe(0);
        await keys.expectAtRest();
    });

    it("G63: is deleted alone by destroy --target; the program's other key stays", async () => {
        keys.declare({ orders: {}, payments: {} });
        expect((await keys.up()).code).toBe(0);
        const run = await keys.destroy("--target", keys.urn("payments"));
        expect(run.code).toBe(0);
        expect(keys.live()).toEqual([keys.before]);
        keys.declare({ orders: {} });
        await keys.expectAtRest();
    });

    it("G11: stays after its replacement if the state had retainOnDelete before", async () => {
        keys.declare({ orders: { options: { retainOnDelete: true } } });
        expect((await keys.up()).code).toBe(0);
        keys.declare({ orders: { region: "us-east-1" } });
        expect((await keys.up()).code).toBe(0);
        expect(keys.apiKey()).not.toBe(keys.before);
        await keys.expectAtRest({ others: [keys.before] });
    });

    it("G58: is deleted by destroy; the one that retainOnDelete kept is not", async () => {
        const [retained] = keys.live().filter((id) => id !== keys.before);
        expect((await keys.destroy()).code).toBe(0);
        expect(keys.live()).toEqual([retained]);
        expect(keys.all()).toEqual([]);
    });
});
