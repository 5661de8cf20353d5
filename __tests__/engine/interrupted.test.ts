// Runs that are stopped half-way under a real Pulumi engine, at every place that matters, and the runs after them. The
// emulator holds one request, before its effect or after it, or a hook holds the engine between success and checkpoint,
// while the run is stopped. Not proven here: a stop at every single request (the fault matrix).
import { type Held, KeyStack } from "./keyStack";
import { describeWithEngine, writes } from "./pulumiProject";

jest.setTimeout(120_000);

const keysPath = "/iam/v2/api-keys";
const before = (method: string, path = `${keysPath}/*`): Held => ({ method, path, effect: "last" });
const after = (method: string, path = `${keysPath}/*`): Held => ({ method, path, effect: "first" });

/** What a run leaves that is killed while it makes a key: no key, one that says that nobody was given it, or another. */
type Leaves = "nothing" | "an unfinished key" | "a key without the mark";

/** In the order of the run. */
const placesOfMaking: readonly [where: string, at: Held | "checkpoint", leaves: Leaves][] = [
    ["before its POST has an effect", before("POST", keysPath), "nothing"],
    ["after its POST", after("POST", keysPath), "an unfinished key"],
    ["while the region is asked", after("GET", "/sql/**"), "an unfinished key"],
    ["before the PATCH that takes the mark away", before("PATCH"), "an unfinished key"],
    ["after the PATCH that takes the mark away", after("PATCH"), "a key without the mark"],
    ["between the answer to that PATCH and the checkpoint", "checkpoint", "a key without the mark"],
];

const up = ["up", "--yes", "--skip-preview"];
const destroy = ["destroy", "--yes", "--skip-preview"];

describeWithEngine("a run that is killed with -9", () => {
    const keys = KeyStack.forAll();
    let rotations = 0;

    /** Starts, is held, is killed. The keys that live now and did not before. */
    async function killed(args: readonly string[], at: Held | "checkpoint"): Promise<string[]> {
        const lived = keys.live();
        const run = await keys.startAndHold(args, at);
        await run.kill();
        return keys.live().filter((id) => !lived.includes(id));
    }

    /** The next run removes what says that nobody was given it, and names what does not. */
    async function expectNextRun(lost: readonly string[], leaves: Leaves): Promise<void> {
        expect(lost).toHaveLength(leaves === "nothing" ? 0 : 1);
        const next = await keys.up();
        expect(next).toMatchObject({ code: 0 });
        if (leaves === "an unfinished key") expect(next.text).toContain(`Removed Flink API key ${lost}`);
        if (leaves === "a key without the mark") expect(next.text).toContain(`Flink API key ${lost} of`);
        const named = leaves === "a key without the mark" ? lost : [];
        await keys.expectAtRest({ named }, [["--refresh"]]);
        await keys.deleteByHand(...named);
    }

    it.each(placesOfMaking)(
        "G46: in create, %s: the next up has one usable key",
        async (_where, at, leaves) => {
            await keys.destroy();
            keys.declare({ orders: { holdsBeforeCheckpoint: at === "checkpoint" } });
            const lost = await killed(up, at);
            expect(keys.stored()).toBeUndefined();
            // The age of what was left says nothing.
            if (leaves === "an unfinished key" && at !== "checkpoint" && at.effect === "first")
                keys.emulator.clock.advance(3_600_000);
            keys.declare({ orders: {} });
            await expectNextRun(lost, leaves);
        },
    );

    it.each(placesOfMaking)(
        "G47: in a rotation, %s: the old key stays current, and the next up rotates",
        async (_where, at, leaves) => {
            await keys.deploy({ orders: {} });
            const old = keys.apiKey();
            const rotated = { rotationTrigger: String(++rotations), overlap: "7d" };
            keys.declare({ orders: { ...rotated, holdsBeforeCheckpoint: at === "checkpoint" } });
            const lost = await killed(up, at);
            expect(keys.apiKey()).toBe(old);
            expect(keys.live()).toContain(old);
            keys.declare({ orders: rotated });
            await expectNextRun(lost, leaves);
            expect(keys.apiKey()).not.toBe(old);
            expect(keys.live()).toContain(old);
        },
    );

    it.each([
        ["while the old key is deleted", after("DELETE")],
        ["between the answer to that DELETE and the checkpoint", "checkpoint"],
    ] as const)(
        "G48: in a rotation without overlap, %s: the new key is kept and named, and the next up rotates",
        async (_where, at) => {
            await keys.destroy();
            await keys.deploy({ orders: {} });
            const old = keys.apiKey();
            const rotated = { rotationTrigger: String(++rotations), overlap: "0s" };
            keys.declare({ orders: { ...rotated, holdsBeforeCheckpoint: at === "checkpoint" } });
            const lost = await killed(up, at);
            expect(keys.live()).toEqual(lost);
            expect(keys.apiKey()).toBe(old);
            keys.declare({ orders: rotated });
            await expectNextRun(lost, "a key without the mark");
        },
    );

    it.each([
        ["before its PATCH has an effect", before("PATCH"), "first"],
        ["after its PATCH", after("PATCH"), "second"],
        ["between the answer to its PATCH and the checkpoint", "checkpoint", "third"],
    ] as const)(
        "G49: in a change of name, %s: the next up gives the key that name",
        async (_where, at, name) => {
            await keys.deploy({ orders: {} });
            const key = keys.apiKey();
            keys.declare({ orders: { displayName: name, holdsBeforeCheckpoint: at === "checkpoint" } });
            expect(await killed(up, at)).toEqual([]);
            keys.declare({ orders: { displayName: name } });
            await expectNextRun([], "nothing");
            expect(keys.stored()?.outputs).toMatchObject({ apiKey: key, displayName: name });
        },
    );

    it.each([
        ["after its POST", after("POST", keysPath), "an unfinished key"],
        ["between the answer to its PATCH and the checkpoint", "checkpoint", "a key without the mark"],
    ] as const)(
        "G50: in a replacement, %s: the old key works until the next up has replaced it",
        async (_where, at, leaves) => {
            await keys.destroy();
            await keys.deploy({ orders: {} });
            const old = keys.apiKey();
            keys.declare({ orders: { region: "us-east-1", holdsBeforeCheckpoint: at === "checkpoint" } });
            const lost = await killed(up, at);
            expect(keys.apiKey()).toBe(old);
            expect(keys.live()).toContain(old);
            keys.declare({ orders: { region: "us-east-1" } });
            await expectNextRun(lost, leaves);
            expect(keys.live()).not.toContain(old);
        },
    );

    it.each([
        ["before its DELETE has an effect", before("DELETE"), true],
        ["after its DELETE", after("DELETE"), false],
    ] as const)(
        "G51: in a replacement, %s: the next up deletes the old key and keeps the new one",
        async (_where, at, lives) => {
            await keys.destroy();
            await keys.deploy({ orders: {} });
            const old = keys.apiKey();
            keys.declare({ orders: { region: "us-east-1" } });
            const [made] = await killed(up, at);
            expect(made).toBeDefined();
            expect(keys.apiKey()).toBe(made);
            expect(keys.live().includes(old)).toBe(lives);
            await expectNextRun([], "nothing");
            expect(keys.live()).toEqual([made]);
        },
    );

    it.each([
        ["before its DELETE has an effect", before("DELETE"), 1],
        ["after its DELETE", after("DELETE"), 0],
    ] as const)("G52: in destroy, %s: the next destroy is no error", async (_where, at, left) => {
        await keys.deploy({ orders: {} });
        await killed(destroy, at);
        expect(keys.live()).toHaveLength(left);
        expect(keys.stored()).toBeDefined();
        expect(await keys.destroy()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([]);
        expect(keys.all()).toEqual([]);
    });
});

describeWithEngine("a run that is interrupted", () => {
    const keys = KeyStack.forAll();

    it.each([
        ["in its POST", after("POST", keysPath)],
        ["while the region is asked", after("GET", "/sql/**")],
        ["in its PATCH", after("PATCH")],
    ])("G35: once in create, %s, stores the key, and the next up changes nothing", async (_where, at) => {
        await keys.destroy();
        keys.declare({ orders: { readiness: { timeout: "2h" } } });
        const run = await keys.startAndHold(up, at);
        expect((await run.interruptOnce()).code).not.toBe(0);
        const made = keys.live();
        expect(made).toHaveLength(1);
        expect(made).toEqual([keys.apiKey()]);
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual(made);
        await keys.expectAtRest();
    });

    it("G36: once in a rotation leaves the old key current, and the next up rotates", async () => {
        await keys.deploy({ orders: {} });
        const old = keys.apiKey();
        keys.declare({ orders: { rotationTrigger: "1", overlap: "7d" } });
        const run = await keys.startAndHold(up, after("POST", keysPath));
        expect((await run.interruptOnce()).code).not.toBe(0);
        expect(keys.apiKey()).toBe(old);
        expect(keys.live()).toEqual([old]);
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.apiKey()).not.toBe(old);
        expect(keys.live()).toEqual([old, keys.apiKey()].sort());
        await keys.expectAtRest();
    });

    it("G37: once in a replacement stores both keys, and the next up deletes the old one", async () => {
        await keys.destroy();
        await keys.deploy({ orders: {} });
        const old = keys.apiKey();
        keys.declare({ orders: { region: "us-east-1" } });
        const run = await keys.startAndHold(up, after("POST", keysPath));
        expect((await run.interruptOnce()).code).not.toBe(0);
        const made = keys.apiKey();
        expect(keys.live()).toEqual([old, made].sort());
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([made]);
        await keys.expectAtRest();
    });

    it("G38: once in destroy finishes the deletion in progress", async () => {
        await keys.deploy({ orders: {} });
        const run = await keys.startAndHold(destroy, after("DELETE"));
        await run.interruptOnce();
        expect(keys.live()).toEqual([]);
        expect(await keys.destroy()).toMatchObject({ code: 0 });
        expect(keys.all()).toEqual([]);
    });

    it("G43: twice in create leaves an unfinished key, and the next up deletes it", async () => {
        await keys.destroy();
        keys.declare({ orders: {} });
        const run = await keys.startAndHold(up, after("POST", keysPath));
        await run.interruptTwice();
        const lost = keys.live();
        expect(lost).toHaveLength(1);
        expect(keys.stored()).toBeUndefined();
        const next = await keys.up();
        expect(next).toMatchObject({ code: 0 });
        expect(next.text).toContain(`Removed Flink API key ${lost}`);
        await keys.expectAtRest();
    });

    it("G44: twice in a rotation leaves the old key current, and the next up deletes the unfinished one", async () => {
        await keys.destroy();
        await keys.deploy({ orders: {} });
        const old = keys.apiKey();
        keys.declare({ orders: { rotationTrigger: "1", overlap: "7d" } });
        const run = await keys.startAndHold(up, after("POST", keysPath));
        await run.interruptTwice();
        expect(keys.apiKey()).toBe(old);
        const [lost] = keys.live().filter((id) => id !== old);
        expect(lost).toBeDefined();
        expect((await keys.up()).text).toContain(`Removed Flink API key ${lost}`);
        expect(keys.live()).toEqual([old, keys.apiKey()].sort());
        await keys.expectAtRest();
    });

    it("G45: twice in a replacement leaves the old key in use, and the next up deletes the unfinished one", async () => {
        await keys.destroy();
        await keys.deploy({ orders: {} });
        const old = keys.apiKey();
        keys.declare({ orders: { region: "us-east-1" } });
        const run = await keys.startAndHold(up, after("POST", keysPath));
        await run.interruptTwice();
        expect(keys.apiKey()).toBe(old);
        const [lost] = keys.live().filter((id) => id !== old);
        expect(lost).toBeDefined();
        expect((await keys.up()).text).toContain(`Removed Flink API key ${lost}`);
        expect(keys.live()).toEqual([keys.apiKey()]);
        expect(writes(keys.emulator).at(-1)).toBe(`DELETE /iam/v2/api-keys/${old} 204`);
        await keys.expectAtRest();
    });
});
