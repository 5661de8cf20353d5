// Creations and updates that fail half-way under a real Pulumi engine, and the run after them, with a refresh and without.
// One stack, each test a step that goes on from the one before. A slow region, a move of the endpoint and a proxy are in
// keysInUse.test.ts. Not proven here: a fault at every request (the fault matrix).
import { KeyStack } from "./keyStack";
import { describeWithEngine, writes } from "./pulumiProject";

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

    it.each([
        ["up", []],
        ["up --refresh", ["--refresh"]],
    ])(
        "leaves the old one current where a rotation is not usable in time; %s makes another",
        async (how, args) => {
            const arrives = keys.slowRegions();
            const rotated = { displayName: "other", rotationTrigger: how, overlap: "0s" };
            keys.declare({ orders: rotated });
            const run = await keys.up();
            expect(run.code).not.toBe(0);
            expect(run.text).toContain(`${before} stays the current key`);
            expect(keys.live()).toEqual([before]);
            expect(keys.stored()?.outputs).toMatchObject({ apiKey: before, readiness: "ready" });
            arrives();
            expect((await keys.up(...args)).code).toBe(0);
            expect(keys.apiKey()).not.toBe(before);
            expect(keys.live()).toEqual([keys.apiKey()]);
            keys.expectSettled();
        },
    );

    it("is made once for one declaration where an onError hook repeats a rotation that fails", async () => {
        const arrives = keys.slowRegions();
        const rotated = { displayName: "other", rotationTrigger: "hook", overlap: "0s" };
        keys.declare({ orders: { ...rotated, retries: 1 } });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.live()).toEqual([before]);
        arrives();
        keys.declare({ orders: rotated });
        expect((await keys.up()).code).toBe(0);
        expect(keys.live()).toEqual([keys.apiKey()]);
        keys.expectSettled();
    });

    it("is finished by up --refresh where deleteBeforeReplace came first", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: { region: "us-east-1", options: { deleteBeforeReplace: true } } });
        expect((await keys.up()).code).not.toBe(0);
        const made = keys.live();
        expect(made).toEqual([keys.apiKey()]);
        arrives();
        expect((await keys.up("--refresh")).code).toBe(0);
        expect(keys.live()).toEqual(made);
        keys.expectSettled();
    });

    it("goes where a change of region is taken back, and the old key, which worked all along, stays", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: {} });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.live()).toContain(before);
        arrives();
        keys.declare({ orders: { region: "us-east-1" } });
        expect((await keys.up()).code).toBe(0);
        expect(keys.live()).toHaveLength(1);
        keys.expectSettled();
    });

    it("is replaced where replaceOnChanges covers everything, and the half-finished one is deleted", async () => {
        const arrives = keys.slowRegions();
        const options = { replaceOnChanges: ["*"] };
        keys.declare({ orders: { region: "us-east-1" }, payments: { options } });
        expect((await keys.up()).code).not.toBe(0);
        const half = keys.apiKey("payments");
        expect(keys.live()).toEqual([before, half].sort());
        arrives();
        expect((await keys.up()).code).toBe(0);
        expect(keys.live()).toEqual([before, keys.apiKey("payments")].sort());
        expect(keys.live()).not.toContain(half);
        keys.declare({ orders: { region: "us-east-1" } });
        expect((await keys.up()).code).toBe(0);
        expect(keys.live()).toEqual([before]);
        await keys.expectAtRest();
    });

    it("goes with destroy, which needs no answer of the region", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: { region: "us-east-1" }, payments: {} });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.live()).toHaveLength(2);
        expect((await keys.pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
        arrives();
        expect(keys.live()).toEqual([]);
        expect(keys.all()).toEqual([]);
        expect(writes(keys.emulator).filter((one) => one.startsWith("DELETE"))).toHaveLength(2);
    });
});
