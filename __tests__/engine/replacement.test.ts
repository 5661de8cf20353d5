// Options and operations that replace a key, keep it or let it go, under a real Pulumi engine. One stack, each test a step
// that goes on from the one before and ends with nothing left to do. `--replace`, taint and replacementTrigger are in
// keysInUse.test.ts. Not proven here: the same with faults in between (the simulated engine, which recordings hold to
// this one).
import { KeyStack } from "./keyStack";
import { describeWithEngine, writes } from "./pulumiProject";

jest.setTimeout(120_000);

describeWithEngine("a key under the options of its resource", () => {
    let keys: KeyStack;
    let before: string;

    beforeAll(async () => {
        keys = await KeyStack.open();
    });

    beforeEach(() => {
        before = keys.apiKey();
        keys.emulator.journal.clear();
    });

    afterAll(() => keys?.close());

    it("is made by the first up, and neither up nor up --refresh finds anything to do after it", async () => {
        keys.declare({ orders: {} });
        expect((await keys.up()).code).toBe(0);
        expect(keys.posts()).toBe(1);
        await keys.expectAtRest();
    });

    it("stays as it is where ignoreChanges covers what was changed", async () => {
        keys.declare({ orders: { displayName: "other", options: { ignoreChanges: ["displayName"] } } });
        expect((await keys.up()).code).toBe(0);
        expect(writes(keys.emulator)).toEqual([]);
        expect(keys.apiKey()).toBe(before);
        await keys.expectAtRest();
    });

    it("is updated in place under replaceOnChanges, for a dynamic provider names no changed properties", async () => {
        keys.declare({ orders: { displayName: "other", options: { replaceOnChanges: ["displayName"] } } });
        expect((await keys.up()).code).toBe(0);
        expect(writes(keys.emulator)).toEqual([`PATCH /iam/v2/api-keys/${before} 200`]);
        expect(keys.apiKey()).toBe(before);
        await keys.expectAtRest();
    });

    it("is deleted first where deleteBeforeReplace asks for it", async () => {
        keys.declare({ orders: { region: "us-east-1", options: { deleteBeforeReplace: true } } });
        expect((await keys.up()).code).toBe(0);
        expect(writes(keys.emulator)).toEqual([
            `DELETE /iam/v2/api-keys/${before} 204`,
            "POST /iam/v2/api-keys 202",
            `PATCH /iam/v2/api-keys/${keys.apiKey()} 200`,
        ]);
        await keys.expectAtRest();
    });

    it("lives on under protect, which refuses replacement and destroy", async () => {
        keys.declare({ orders: { region: "us-east-1", options: { protect: true } } });
        expect((await keys.up()).code).toBe(0);
        keys.declare({ orders: { options: { protect: true } } });
        expect((await keys.up()).code).not.toBe(0);
        expect((await keys.destroy()).code).not.toBe(0);
        expect(writes(keys.emulator)).toEqual([]);
        expect(keys.live()).toEqual([before]);
        keys.declare({ orders: { region: "us-east-1" } });
        expect((await keys.up()).code).toBe(0);
        await keys.expectAtRest();
    });

    it("waits in the state for its deletion where that fails, and the next up deletes it", async () => {
        const works = keys.failing("DELETE", "/iam/v2/api-keys/*", 403);
        keys.declare({ orders: {} });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.live()).toEqual([before, keys.apiKey()].sort());
        expect(keys.all().find((one) => one.delete)?.outputs?.apiKey).toBe(before);
        works();
        expect((await keys.up()).code).toBe(0);
        expect(keys.posts()).toBe(1);
        await keys.expectAtRest();
    });

    it("is made anew where a change is taken back while the deletion of the first key is pending", async () => {
        const works = keys.failing("DELETE", "/iam/v2/api-keys/*", 403);
        keys.declare({ orders: { region: "us-east-1" } });
        expect((await keys.up()).code).not.toBe(0);
        const between = keys.apiKey();
        works();
        keys.declare({ orders: {} });
        expect((await keys.up()).code).toBe(0);
        expect([before, between]).not.toContain(keys.apiKey());
        await keys.expectAtRest();
    });

    it("keeps id and secret under another name by an alias; one PATCH gives it the tag of the new name", async () => {
        const { apiSecret } = keys.stored()?.outputs ?? {};
        keys.declare({ payments: { options: { aliases: [{ name: "orders" }] } } });
        expect((await keys.up()).code).toBe(0);
        expect(writes(keys.emulator)).toEqual([`PATCH /iam/v2/api-keys/${before} 200`]);
        expect(keys.stored("payments")?.outputs).toMatchObject({ apiKey: before });
        expect(apiSecret).toBeDefined();
        await keys.expectAtRest();
        keys.declare({ orders: { options: { aliases: [{ name: "payments" }] } } });
        expect((await keys.up()).code).toBe(0);
        await keys.expectAtRest();
    });

    it("goes alone where destroy targets it, and the other key of the program lives on", async () => {
        keys.declare({ orders: {}, payments: {} });
        expect((await keys.up()).code).toBe(0);
        const run = await keys.destroy("--target", keys.urn("payments"));
        expect(run.code).toBe(0);
        expect(keys.live()).toEqual([before]);
        keys.declare({ orders: {} });
        await keys.expectAtRest();
    });

    it("is left alive where retainOnDelete was stored before it is replaced, and the next runs let it be", async () => {
        keys.declare({ orders: { options: { retainOnDelete: true } } });
        expect((await keys.up()).code).toBe(0);
        keys.declare({ orders: { region: "us-east-1" } });
        expect((await keys.up()).code).toBe(0);
        expect(keys.apiKey()).not.toBe(before);
        await keys.expectAtRest({ others: [before] });
    });

    it("is deleted by destroy; the one that retainOnDelete has let go is not", async () => {
        const [retained] = keys.live().filter((id) => id !== before);
        expect((await keys.destroy()).code).toBe(0);
        expect(keys.live()).toEqual([retained]);
        expect(keys.all()).toEqual([]);
    });
});
