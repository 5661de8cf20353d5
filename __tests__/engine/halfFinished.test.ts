// Creations and updates that fail half-way under a real Pulumi engine, and the run after them, with a refresh and without.
// One stack, each test a step that goes on from the one before. A move of the endpoint and a proxy are in
// keysInUse.test.ts. Not proven here: a fault at every request (the fault matrix).
import { KeyStack } from "./keyStack";
import { describeWithEngine, writes } from "./pulumiProject";

jest.setTimeout(120_000);

const bothWays = [
    ["up", []],
    ["up --refresh", ["--refresh"]],
] as const;

describeWithEngine("a key that is half finished", () => {
    const keys = KeyStack.forAll();

    it.each(bothWays)(
        "G17: is shown as pending, also after refresh and in preview --refresh, until %s finishes it",
        async (_how, args) => {
            await keys.destroy();
            const arrives = keys.slowRegions();
            keys.declare({ orders: {} });
            expect((await keys.up()).code).not.toBe(0);
            const made = keys.live();
            expect(made).toHaveLength(1);
            const preview = await keys.pulumi(["preview", "--refresh", "--expect-no-changes"]);
            expect(preview.code).not.toBe(0);
            expect(await keys.refresh()).toMatchObject({ code: 0 });
            expect(keys.stored()?.outputs).toMatchObject({ apiKey: made[0], status: "pending" });
            expect(keys.descriptions()).toEqual([expect.stringMatching(/\[pcf-[0-9a-f]{16} unfinished\]$/)]);
            const second = await keys.up(...args);
            expect(second.code).not.toBe(0);
            expect(second.text).toContain("was not usable after 1.");
            expect(keys.stored()?.outputs).toMatchObject({ apiKey: made[0], status: "pending" });
            arrives();
            expect(await keys.up(...args)).toMatchObject({ code: 0 });
            expect(keys.live()).toEqual(made);
            expect(keys.posts()).toBe(1);
            await keys.expectAtRest();
        },
    );

    it("G14: is created once, however often an onError hook repeats the creation", async () => {
        await keys.destroy();
        const arrives = keys.slowRegions();
        keys.declare({ orders: { retries: 2 } });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.posts()).toBe(1);
        expect(keys.live()).toEqual([keys.apiKey()]);
        arrives();
        await keys.deploy({ orders: {} });
        expect(keys.posts()).toBe(1);
        await keys.expectAtRest();
    });

    it.each(bothWays)(
        "G26: keeps its old name if the PATCH of an update is refused, and %s renames it",
        async (how, args) => {
            const works = keys.failing("PATCH", "/iam/v2/api-keys/*", 403);
            keys.declare({ orders: { displayName: `by ${how}` } });
            expect((await keys.up()).code).not.toBe(0);
            expect(keys.live()).toEqual([keys.before]);
            works();
            expect(await keys.up(...args)).toMatchObject({ code: 0 });
            expect(keys.apiKey()).toBe(keys.before);
            expect(keys.stored()?.outputs).toMatchObject({ displayName: `by ${how}` });
            await keys.expectAtRest();
        },
    );

    it("G15: gets its name in one run if an onError hook repeats an update whose PATCH was refused", async () => {
        keys.failing("PATCH", "/iam/v2/api-keys/*", 403, { times: 1 });
        await keys.deploy({ orders: { displayName: "by hook", retries: 1 } });
        expect(writes(keys.emulator)).toEqual([
            `PATCH /iam/v2/api-keys/${keys.before} 403`,
            `PATCH /iam/v2/api-keys/${keys.before} 200`,
        ]);
        expect(keys.stored()?.outputs).toMatchObject({ apiKey: keys.before, displayName: "by hook" });
        keys.declare({ orders: { displayName: "by hook" } });
        await keys.expectAtRest();
    });

    it.each(bothWays)(
        "G27: does not become current in a rotation if it is not usable in time, and %s creates another",
        async (how, args) => {
            const arrives = keys.slowRegions();
            keys.declare({ orders: { rotationTrigger: how, overlap: "0s" } });
            const run = await keys.up();
            expect(run.code).not.toBe(0);
            expect(run.text).toContain(`${keys.before} stays the current key`);
            expect(keys.live()).toEqual([keys.before]);
            expect(keys.stored()?.outputs).toMatchObject({ apiKey: keys.before, status: "ready" });
            arrives();
            expect(await keys.up(...args)).toMatchObject({ code: 0 });
            expect(keys.apiKey()).not.toBe(keys.before);
            await keys.expectAtRest();
        },
    );

    it.each(bothWays)(
        "G28: stays in the state if a failed rotation could not delete it, and %s deletes it",
        async (how, args) => {
            const arrives = keys.slowRegions();
            const works = keys.failing("DELETE", "/iam/v2/api-keys/*", 403);
            keys.declare({ orders: { rotationTrigger: `${how} again`, overlap: "7d" } });
            expect((await keys.up()).code).not.toBe(0);
            const [candidate] = keys.live().filter((id) => id !== keys.before);
            expect(candidate).toBeDefined();
            expect(keys.stored()?.outputs).toMatchObject({
                apiKey: keys.before,
                status: "ready",
                superseded: [{ apiKey: candidate }],
            });
            works();
            arrives();
            expect(await keys.up(...args)).toMatchObject({ code: 0 });
            expect(keys.live()).toEqual([keys.before, keys.apiKey()].sort());
            await keys.expectAtRest();
            // The next test begins with one key.
            await keys.deploy({ orders: { rotationTrigger: `${how} again`, overlap: "0s" } });
            expect(keys.live()).toEqual([keys.apiKey()]);
        },
    );

    it("G16: is replaced once in the state if an onError hook repeats a rotation that fails", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: { rotationTrigger: "hook", overlap: "0s", retries: 2 } });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.posts()).toBe(3);
        expect(keys.live()).toEqual([keys.before]);
        arrives();
        await keys.deploy({ orders: { rotationTrigger: "hook", overlap: "0s" } });
        await keys.expectAtRest();
    });

    it("G16: is followed by one new key if an onError hook repeats a rotation with success", async () => {
        keys.failing("PATCH", "/iam/v2/api-keys/*", 403, { times: 1 });
        await keys.deploy({ orders: { rotationTrigger: "hook again", overlap: "0s", retries: 1 } });
        expect(keys.apiKey()).not.toBe(keys.before);
        expect(keys.posts()).toBe(2);
        keys.declare({ orders: { rotationTrigger: "hook again", overlap: "0s" } });
        await keys.expectAtRest();
    });

    it.each(bothWays)("G21: is finished by %s after deleteBeforeReplace", async (how, args) => {
        const arrives = keys.slowRegions();
        const region = how === "up" ? "us-east-1" : "us-east-2";
        const moved = { orders: { region, options: { deleteBeforeReplace: true } } };
        keys.declare(moved);
        expect((await keys.up()).code).not.toBe(0);
        const made = keys.live();
        expect(made).toEqual([keys.apiKey()]);
        expect(made).not.toEqual([keys.before]);
        arrives();
        expect(await keys.up(...args)).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual(made);
        await keys.expectAtRest();
    });

    it("G20: is deleted, and the first key too, if a change of region is reverted and a third key is verified", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: { region: "us-east-1" } });
        expect((await keys.up()).code).not.toBe(0);
        const half = keys.apiKey();
        expect(keys.live()).toEqual([keys.before, half].sort());
        keys.declare({ orders: {} });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.live()).toContain(keys.before);
        arrives();
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect([keys.before, half]).not.toContain(keys.apiKey());
        await keys.expectAtRest();
    });

    it("G25: is replaced and deleted if replaceOnChanges covers everything", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: {}, payments: { options: { replaceOnChanges: ["*"] } } });
        expect((await keys.up()).code).not.toBe(0);
        const half = keys.apiKey("payments");
        expect(keys.live()).toEqual([keys.before, half].sort());
        arrives();
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.live()).not.toContain(half);
        await keys.deploy({ orders: {} });
        expect(keys.live()).toEqual([keys.before]);
        await keys.expectAtRest();
    });

    it("G59: is deleted by destroy without an answer of the region", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: {}, payments: {} });
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.live()).toHaveLength(2);
        expect(await keys.destroy()).toMatchObject({ code: 0 });
        arrives();
        expect(keys.live()).toEqual([]);
        expect(keys.all()).toEqual([]);
        expect(writes(keys.emulator).filter((one) => one.startsWith("DELETE"))).toHaveLength(2);
    });
});
