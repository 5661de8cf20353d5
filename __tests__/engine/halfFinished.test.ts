// Creations and updates that fail half-way under a real Pulumi engine, and the run after them, with a refresh and without.
// One stack, each test a step that goes on from the one before. A slow region, a move of the endpoint and a proxy are in
// keysInUse.test.ts. Not proven here: a fault at every request (the fault matrix).
import { KeyStack } from "./keyStack";
import { describeWithEngine } from "./pulumiProject";

jest.setTimeout(120_000);

describeWithEngine("a key that is half finished", () => {
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

    it("says so in its description and in the state, and neither preview --refresh nor refresh hides it", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: {} });
        expect((await keys.up()).code).not.toBe(0);
        const made = keys.live();
        const preview = await keys.pulumi("preview", "--refresh", "--expect-no-changes");
        expect(preview.code).not.toBe(0);
        expect((await keys.pulumi("refresh", "--yes", "--skip-preview")).code).toBe(0);
        expect(keys.stored()?.outputs).toMatchObject({ apiKey: made[0], readiness: "pending" });
        expect(keys.descriptions()).toEqual([expect.stringMatching(/\[pcf-[0-9a-f]{16} unfinished\]$/)]);
        arrives();
        expect((await keys.up()).code).toBe(0);
        expect(keys.live()).toEqual(made);
        expect(keys.posts()).toBe(1);
        keys.expectSettled();
    });

    it("keeps its old name where the PATCH of an update is refused, and the next up renames it", async () => {
        const works = keys.failing("PATCH", "/iam/v2/api-keys/*", 403);
        keys.declare({ orders: { displayName: "other" } });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.live()).toEqual([before]);
        works();
        expect((await keys.up("--refresh")).code).toBe(0);
        expect(keys.apiKey()).toBe(before);
        expect(keys.stored()?.outputs).toMatchObject({ displayName: "other" });
        keys.expectSettled();
    });
});
